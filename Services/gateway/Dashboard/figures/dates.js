/** A filter as the API takes it: dates become timestamps in the browser's time zone; the API's `to` is exclusive. */
export function dates({ from, to, ...rest }) {
    const midnight = (text, days) => {
        const [year, month, day] = text.split("-").map(Number);
        const moment = new Date(year, month - 1, day + days);
        return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
    };
    return { ...rest, from: from && midnight(from, 0), to: to && midnight(to, 1) };
}
