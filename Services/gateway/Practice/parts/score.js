// What a score says, read in one way for scores with and without coaching.

const mostToWorkOn = 3;

/** A remark may end with its quote, `… («words»)`, and with `Say instead: words`. */
function parts(remark) {
    const [said, tryInstead] = String(remark).split(/\s*Say instead: (.+)$/su);
    const match = /^(.*?)\s*\(«(.+)»\)\s*$/su.exec(said);
    return match ? { text: match[1], quote: match[2], tryInstead } : { text: said, tryInstead };
}

/** What was best: `{ text, quote? }`, or null. */
export function best({ highlights = [] }) {
    return highlights.length > 0 ? parts(highlights[0]) : null;
}

/** At most three: `{ category?, utteranceId?, quote?, time?, advice, why?, tryInstead? }`, the most important first. */
export function workOn({ coaching, improvements = [] }) {
    if (coaching?.workOn?.length > 0) return coaching.workOn.slice(0, mostToWorkOn);
    return improvements.slice(0, mostToWorkOn).map(parts)
        .map(({ text, quote, tryInstead }) => ({ advice: text, quote, tryInstead }));
}

/** One sentence each for what to go on with, begin and leave off; those that there are. */
export function keepStartStop({ coaching }) {
    return ["keep", "start", "stop"].filter((key) => coaching?.[key]).map((key) => ({ key, text: coaching[key] }));
}

/** The judged categories, each with its title. */
export function categories({ details = [], categories: scores = {} }) {
    return details.length > 0 ? details : Object.entries(scores).map(([id, score]) => ({ id, title: words(id), score }));
}

/** The id of the category with the lowest score; of those that weigh the same, the first. */
export function weakest(score) {
    if (score.coaching?.weakest) return score.coaching.weakest;
    return categories(score).reduce((low, next) => (low && low.score <= next.score ? low : next), null)?.id ?? null;
}

/** Why it did not pass, or what is still open; one sentence each. */
export function reasons({ verdict, failReasons = [], pendingReasons = [] }) {
    return { failed: failReasons, pending: pendingReasons }[verdict] ?? [];
}

/** `needsDiscovery` as “Needs discovery”. */
function words(identifier) {
    const text = identifier.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").toLowerCase();
    return text ? text[0].toUpperCase() + text.slice(1) : identifier;
}
