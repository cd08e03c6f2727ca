// Addresses inside the page: all in the fragment, so that each of them can be shared and none reaches the server.

const filterKeys = ["traineeId", "personaId", "outcome", "status", "from", "to"];

let latestOverview = "#";

/** The overview with the filter it last had. */
export const back = () => latestOverview;

/** `#`, `#?outcome=converted`, `#BAT-001`, `#BAT-001/u5`, `#trainee/ANNA`. */
export function parse(fragment) {
    const text = fragment.replace(/^#/, "");
    if (text === "" || text.startsWith("?")) {
        const query = new URLSearchParams(text.slice(1));
        const filter = {};
        for (const key of filterKeys) if (query.get(key)) filter[key] = query.get(key);
        latestOverview = overview(filter);
        return { view: "overview", filter };
    }
    const [first, ...rest] = text.split("/");
    const tail = decoded(rest.join("/"));
    if (/^[A-Z]{2,8}-[0-9]{3,9}$/.test(first)) return { view: "session", id: first, place: tail };
    if (first === "trainee" && tail) return { view: "trainee", traineeId: tail };
    return { view: "unknown" };
}

export function overview(filter = {}) {
    const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
    return query ? `#?${query}` : "#";
}

export const session = (id, place) => (place ? `#${id}/${encodeURIComponent(place)}` : `#${id}`);
export const trainee = (traineeId) => `#trainee/${encodeURIComponent(traineeId)}`;

function decoded(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
