// Lines that the trainee could have said instead, by the utterance in whose place they stand.

/** A remark may end with what to say instead: `… Say instead: words`. Gives both parts; the second may be missing. */
export const parts = (remark) => remark.split(/\s*Say instead: (.+)$/su);

/** A remark may end with the quote that it rests on, `… («words»)`. Null for one that does not. */
export const quoteIn = (remark) => /^(.*?)\s*\(«(.+)»\)\s*$/su.exec(remark);

/** @returns a Map from utterance ids to lists of texts */
export function betterLines({ transcript, score }) {
    const lines = new Map();
    const add = (utteranceId, text) => {
        if (utteranceId && text) lines.set(utteranceId, [...(lines.get(utteranceId) ?? []), text]);
    };
    const advices = score?.coaching?.workOn ?? [];
    for (const { utteranceId, tryInstead } of advices) add(utteranceId, tryInstead);
    if (advices.length > 0) return lines;
    for (const remark of score?.improvements ?? []) {
        const [said, better] = parts(remark);
        const quote = quoteIn(said)?.[2];
        if (better && quote) add(transcript.find(({ text }) => text.includes(quote))?.utteranceId, better);
    }
    return lines;
}
