import Foundation

/// How the customer feels, read from a sentence: «You want to leave», «You are ready to try it». Only frequent English
/// words are known, and only the first sentence is read.
enum Feeling {
    /// With the attitude that they mean, the most telling first.
    private static let words: [(Int, [Phrase])] = [
        (
            1,
            [
                "leave", "way out", "you walk", "walking", "you are gone", "had enough", "taken for a ride",
                "no patience", "turned away",
            ]
        ),
        (9, ["ready", "delighted", "willing", "decided", "convinced", "want to try", "want to hold"]),
        (
            6,
            ["lean in", "think about it", "an occasion", "getting clear", "makes sense", "makes some sense", "nearly"]
        ),
        (3, ["crossed", "ironic", "polite", "quiet", "guarded", "closed", "suspicious", "watch", "tease"]),
        (5, ["listen", "ask back", "curious", "friendly", "interested", "answer", "tell", "open"]),
    ]

    /// 0…10; nil if the sentence says nothing of it.
    static func attitude(in text: String) -> Int? {
        let list = WordList(String(text.prefix { !".!?".contains($0) }))
        return words.first { list.says(any: $0.1) }?.0
    }
}
