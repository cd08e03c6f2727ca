// The shapes of moments on the axis. The shape carries the meaning; the colour only repeats it.

const size = 5;

const polygon = (...points) => (path, x, y) => {
    points.forEach(([dx, dy], index) => path[index === 0 ? "moveTo" : "lineTo"](x + dx * size, y + dy * size));
    path.closePath();
};
const disc = (radius) => (path, x, y) => {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
};
const circle = disc(size - 0.5);
const dot = disc(size - 2);
const square = polygon([-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]);
const diamond = polygon([0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]);
const up = polygon([0, -1.1], [1.1, 0.9], [-1.1, 0.9]);
const down = polygon([0, 1.1], [1.1, -0.9], [-1.1, -0.9]);
const bar = polygon([-0.3, -1.4], [0.3, -1.4], [0.3, 1.4], [-0.3, 1.4]);
const tick = polygon([-0.15, -1.4], [0.15, -1.4], [0.15, 1.4], [-0.15, 1.4]);
const card = polygon([-1, -0.7], [1, -0.7], [1, 0.7], [-1, 0.7]);
const flag = polygon([-0.7, -1.3], [1, -0.7], [-0.4, 0], [-0.4, 1.3], [-0.7, 1.3]);
const chevron = polygon([-0.7, -1.1], [0, -1.1], [1.1, 0], [0, 1.1], [-0.7, 1.1], [0.3, 0]);
const cross = polygon([-1, -0.6], [-0.6, -1], [0, -0.4], [0.6, -1], [1, -0.6], [0.4, 0], [1, 0.6], [0.6, 1], [0, 0.4],
    [-0.6, 1], [-1, 0.6], [-0.4, 0]);

/** By kind: how it is drawn, and whether only its outline is. */
const shapes = {
    violated: [up], disputed: [diamond], suspected: [diamond, true], dismissed: [circle, true], satisfied: [circle],
    evidence: [bar], step: [dot], advice: [chevron],
    vr: [square], tablet: [card], age: [card, true], sight: [dot],
    rising: [up], falling: [down], steady: [dot], hint: [circle, true], heard: [diamond], lapse: [cross],
    cut: [cross], system: [tick], error: [cross], claim: [flag], lost: [down], back: [up],
};

/** Adds the shape to the path of a canvas. */
export function addShape(path, kind, x, y) {
    (shapes[kind]?.[0] ?? dot)(path, x, y);
}

export const isOutline = (kind) => shapes[kind]?.[1] ?? false;
