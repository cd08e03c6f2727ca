// The texts of the page, one file per language in /practice/texts.

const names = { en: "English", cs: "Čeština", el: "Ελληνικά", de: "Deutsch" };
export const languages = Object.entries(names);
/** How dates are written: here the day comes before the month. */
const localeOf = (language) => (language === "en" ? "en-GB" : language);

/** The texts in one language. */
export class Words {
    #texts;
    #whole;

    constructor(language, texts) {
        this.language = language;
        this.#texts = texts;
        this.#whole = new Intl.NumberFormat(language);
    }

    /** Whether there is a text with this key, as for a code that a server may send. */
    has(key) {
        return typeof this.#find(key) === "string";
    }

    /** The text `screen.name`, with `{name}` replaced by its value; the key itself if there is none. */
    say(key, values = {}) {
        const text = this.#find(key);
        if (typeof text !== "string") return key;
        return text.replace(/\{(\w+)\}/g, (whole, name) => {
            const value = values[name];
            if (value === undefined || value === null) return whole;
            return typeof value === "number" ? this.#whole.format(value) : String(value);
        });
    }

    #find(key) {
        const inside = (texts, part) =>
            (typeof texts === "object" && Object.hasOwn(texts, part) ? texts[part] : undefined);
        return key.split(".").reduce(inside, this.#texts);
    }

    /** A bare day, `YYYY-MM-DD`, with its month as a word: no two people read it differently. */
    day(text) {
        const moment = new Date(`${text}T12:00:00Z`);
        if (Number.isNaN(moment.getTime())) return String(text ?? "–");
        const format = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
        return new Intl.DateTimeFormat(localeOf(this.language), format).format(moment);
    }

    /** A moment, as day and time where the page is read. */
    moment(text) {
        const moment = new Date(text);
        if (Number.isNaN(moment.getTime())) return String(text ?? "–");
        const format = { dateStyle: "long", timeStyle: "short" };
        return new Intl.DateTimeFormat(localeOf(this.language), format).format(moment);
    }

    /** The name of a language in this one; the code if the browser does not know it. */
    nameOf(code) {
        try {
            return new Intl.DisplayNames([this.language], { type: "language" }).of(code) ?? code;
        } catch {
            return code;
        }
    }
}

/** The language of the address, of the last visit or of the browser, whichever is known first. */
export function preferred(kept) {
    const wanted = [new URLSearchParams(location.search).get("lang"), kept, ...(navigator.languages ?? [])];
    const codes = wanted.map((tag) => tag?.split("-")[0].toLowerCase() ?? "");
    return codes.find((code) => Object.hasOwn(names, code)) ?? "en";
}

/** @throws when the file cannot be loaded. */
export async function load(language) {
    const response = await fetch(`/practice/texts/${language}.json`);
    if (!response.ok) throw new Error(`the texts in ${language} cannot be loaded: ${response.status}`);
    return new Words(language, await response.json());
}
