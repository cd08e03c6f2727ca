import Compliance
import Domain
import Foundation

/// Words in quotation marks inside the model's own text, which readers take for what was said.
enum QuotedWords {
    /// The closing marks for each opening mark, as used in different languages: «…», »…«, “…”, „…“, „…”.
    private static let marks: [Character: Set<Character>] = [
        "«": ["»"], "»": ["«"], "“": ["”"], "„": ["“", "”", "\""], "\"": ["\""], "‘": ["’"], "‚": ["‘", "’"],
        "‹": ["›"],
        "›": ["‹"],
    ]

    /// The text without the sentences that quote something that was not said.
    ///
    /// - Parameter dropped: set when a sentence was left out.
    static func checked(_ text: String, against transcript: [Utterance], dropped: inout Bool) -> String {
        var kept = ""
        for sentence in sentences(of: text) {
            let isTrue = quotes(in: sentence).allSatisfy { quote in
                transcript.contains { Quotation.verbatim(quote, in: $0.text, fewestWords: 1) != nil }
            }
            if isTrue { kept += sentence } else { dropped = true }
        }
        return kept.trimmingCharacters(in: .whitespaces)
    }

    /// The texts between quotation marks. A mark that is never closed is ignored.
    static func quotes(in text: String) -> [String] {
        var quotes: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(where: { marks[$0] != nil }) {
            let behind = text.index(after: start)
            guard let closing = marks[text[start]], let end = text[behind...].firstIndex(where: closing.contains) else {
                rest = text[behind...]
                continue
            }
            quotes.append(String(text[behind..<end]))
            rest = text[text.index(after: end)...]
        }
        return quotes
    }

    /// With the whitespace before them. Punctuation inside a quotation does not end a sentence.
    private static func sentences(of text: String) -> [String] {
        var sentences: [String] = []
        var sentence = ""
        var closing: Set<Character>?
        var rest = text[...]
        while let character = rest.popFirst() {
            sentence.append(character)
            if let mark = closing {
                if mark.contains(character) { closing = nil }
            } else if let mark = marks[character], rest.contains(where: mark.contains) {
                closing = mark
            } else if ".!?…".contains(character), rest.first?.isWhitespace ?? true {
                sentences.append(sentence)
                sentence = ""
            }
        }
        return sentence.isEmpty ? sentences : sentences + [sentence]
    }
}
