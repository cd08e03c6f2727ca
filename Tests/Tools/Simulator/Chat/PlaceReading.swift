import Domain
import Foundation

/// Classifies how the words at a named place of a conversation were meant, with a few simple rules. Good enough for
/// plain conversations; a real model is better.
struct PlaceReading: Sendable {
    /// The deciding words, as in the prompt.
    let quote: String
    /// `asserted`, `denied`, `reported`, `question`, `referral` or `other`.
    let meaning: String

    /// Nil if the prompt names no such place.
    init?(named name: String, in interview: Interview) {
        guard let place = interview.documents.lazy.compactMap({ Self.place(name, in: $0) }).first,
            let quote = place["quote"]?.string, !quote.isEmpty
        else { return nil }
        let id = place["utteranceId"]?.string
        let line = interview.lines.first { $0.id == id }?.text ?? quote
        self.quote = quote
        meaning = Self.meaning(of: quote.lowercased(), in: line.lowercased())
    }

    private static func place(_ name: String, in value: JSONValue) -> JSONValue? {
        switch value {
        case .object(let members):
            members["placeId"]?.string == name ? value : members.values.lazy.compactMap { place(name, in: $0) }.first
        case .array(let items): items.lazy.compactMap { place(name, in: $0) }.first
        case .null, .bool, .integer, .large, .number, .string: nil
        }
    }

    private static func meaning(of quote: String, in line: String) -> String {
        guard let range = line.range(of: quote) else { return "asserted" }
        if 2 * quote.count > line.count, saysNothing(quote) { return "other" }
        let before = words(line[..<range.lowerBound])
        let behind = line[range.upperBound...]
        func has(_ phrases: [String], in text: String) -> Bool { phrases.contains { text.contains($0) } }
        if has(["doctor", "pharmacist", "lékař", "arzt", "apothek", "γιατρ"], in: line),
            has(["ask", "talk to", "can help", "please", "poraďte", "fragen", "ρωτ"], in: line)
        {
            return "referral"
        }
        let sentence = behind.prefix { !".!?;".contains($0) }
        if behind.dropFirst(sentence.count).first.map({ "?;".contains($0) }) ?? false { return "question" }
        if has(["people say", "they say", "you said", "your friend", "i heard", "says that"], in: line) {
            return "reported"
        }
        let denials: Set<String> = [
            "not", "no", "never", "can't", "cannot", "won't", "isn't", "don't", "doesn't", "without", "není", "ne",
            "nicht", "kein", "keine", "δεν", "όχι",
        ]
        let isDenied = before.suffix(5).contains { denials.contains($0) || $0.hasSuffix("n't") }
        return isDenied || has(["can't say", "not risk-free", "i may not"], in: line) ? "denied" : "asserted"
    }

    /// Whether a whole utterance is about neither a product nor what it does, such as an urgent call to buy.
    private static func saysNothing(_ text: String) -> Bool {
        let remark = Remark(text)
        return remark.products.isEmpty && remark.forbidden.isEmpty
            && remark.topics.isDisjoint(with: [.age, .device, .handover, .health, .needs, .price, .taste])
    }

    private static func words(_ text: Substring) -> [String] {
        text.split { !$0.isLetter && $0 != "'" && $0 != "’" }.map { String($0.replacing("’", with: "'")) }
    }
}
