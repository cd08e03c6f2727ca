import Foundation

/// Facts about the customer that can be found in the instructions without understanding them: a name, a date of birth,
/// the initial attitude, the language, what the instructions tell about the customer, and lines of the customer, in «».
struct PersonaNotes: Hashable, Sendable {
    var name: String?
    var born: String?
    var attitude: Int?
    var language: CustomerLanguage?
    /// Said where it fits.
    var remarks: [String] = []
    /// The first one for a good end, the last one for a bad one.
    var farewells: [String] = []
    /// The first words of the conversation.
    var firstLine: String?
    /// Said when asked for the age; with the date of birth unless it contains it.
    var ageLines: [String] = []
    /// Said when handed a device without having been asked for the age.
    var unaskedLines: [String] = []
    /// Said when nothing was understood.
    var missedLine: String?
    /// What stands against buying, in the customer's words.
    var objections: [String] = []
    /// Said to promises.
    var rebukes: [String] = []
    /// About the customer, in the first person.
    var facts: [String] = []

    init(_ instructions: String) {
        name = instructions.firstMatch(of: #/You are (\p{Lu}\p{Ll}+)\b/#).map { String($0.1) }
        born = instructions.firstMatch(of: #/born on (\d{1,2}\.? \p{Lu}?\p{Ll}+ \d{4})/#).map { String($0.1) }
        attitude = instructions.firstMatch(of: #/you are at (\d{1,2})\b/#).flatMap { Int($0.1) }.map { min($0, 10) }
        if attitude == nil {
            attitude = instructions.firstMatch(of: #/Until a note arrives,? ([^.]+)\./#).flatMap {
                Feeling.attitude(in: $0.1.split(whereSeparator: \.isWhitespace).joined(separator: " "))
            }
        }
        language = CustomerLanguage(instructions: instructions)
        for section in instructions.components(separatedBy: "\n#") {
            let title = section.prefix { !$0.isNewline }.lowercased()
            let text = section.drop { !$0.isNewline }.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if title.contains("how it ends") { farewells = Self.farewells(in: text) }
            if title.contains("how you speak") { remarks = Self.lines(in: text) }
            if title.contains("age check") { readAgeCheck(text) }
            if title.contains("where you are") {
                firstLine = Self.quotes(in: text).first { $0.before.hasSuffix(":") || $0.before.hasSuffix("say") }?.line
            }
            if title.contains("who you are") || title.hasSuffix("what you know") { facts += Self.facts(in: text) }
            if title.contains("deal with") { readObjections(text) }
            if title.contains("never changes") {
                missedLine = Self.quotes(in: text).first { $0.before.hasSuffix("did not catch something:") }?.line
            }
        }
        facts.removeAll { born.map($0.contains) ?? false }
    }

    /// Lines after a sentence about being handed something belong to that.
    private mutating func readAgeCheck(_ text: String) {
        for (line, before) in Self.quotes(in: text) {
            let cause = before.split(separator: ".").last ?? ""
            if cause.contains("hand") {
                unaskedLines.append(line)
            } else if unaskedLines.isEmpty, !cause.contains("drop it") {
                ageLines.append(line)
            }
        }
    }

    private mutating func readObjections(_ text: String) {
        let parts = text.split(separator: #/What (closes you|shuts you down)/#, maxSplits: 1).map(String.init)
        if parts.count > 1 {
            rebukes = Self.quotes(in: parts[1]).filter { $0.before.hasSuffix("(") }.map(\.line)
        }
        let own = parts[0].components(separatedBy: "What opens you up")[0]
        let listed = own.split(separator: ":", maxSplits: 1).last.map(String.init) ?? own
        let isList = own.count { $0 == ";" } > 1
        let sentences = isList ? (Self.firstSentence(listed).split(separator: ";").map(String.init)) : []
        objections = sentences.map(Self.asLine).filter { $0.count > 4 }
        if !isList { objections = Self.lines(in: own) }
        if objections.isEmpty {
            objections = Self.sentences(in: own).filter {
                !$0.contains(#/\b(you|your|they|them|somebody)\b/#.ignoresCase())
            }
        }
    }

    private static func firstSentence(_ text: String) -> String {
        sentences(in: text).first ?? text
    }

    /// A point of a list as a spoken sentence.
    private static func asLine(_ point: String) -> String {
        let point = point.filter { !"«».".contains($0) }.trimmingCharacters(in: .whitespaces)
        let line = point.hasPrefix("and so, ") ? String(point.dropFirst(8)) : point
        let asks = line.contains(#/\b(why|what|how) \w+/#.ignoresCase()) && !line.hasSuffix("?")
        let end = line.last.map { ".?!".contains($0) } == true ? "" : asks ? "?" : "."
        return line.prefix(1).uppercased() + line.dropFirst() + end
    }

    /// What is told about the customer, clause by clause.
    private static func facts(in text: String) -> [String] {
        let plain = text.replacing(#/«[^»]*[.?!…]»/#, with: "").filter { !"«»".contains($0) }
        return sentences(in: plain).flatMap { $0.split(whereSeparator: { ";:".contains($0) }).map(String.init) }
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.count > 12 && !$0.hasPrefix("What ") && !$0.hasPrefix("If ") }
            .map(FirstPerson.sentence)
    }

    private static func sentences(in text: String) -> [String] {
        var sentences = [String]()
        var current = ""
        for word in text.split(separator: " ") {
            current += current.isEmpty ? word : " " + word
            guard word.last.map({ ".?!".contains($0) }) == true else { continue }
            sentences.append(current)
            current = ""
        }
        return current.isEmpty ? sentences : sentences + [current]
    }

    /// Whole sentences only: something like «my Reds» is a habit of speech, not a line.
    private static func lines(in text: String) -> [String] {
        quotes(in: text).map(\.line).filter {
            $0.contains(" ") && $0.first?.isUppercase == true && $0.last.map { ".?!".contains($0) } == true
        }
    }

    /// Two lines with «or» between them, if there are such, otherwise all.
    private static func farewells(in text: String) -> [String] {
        guard let pair = text.firstMatch(of: #/«[^»]*» or «[^»]*»/#) else { return lines(in: text) }
        return lines(in: String(pair.0))
    }

    /// The quotes of a text, each with what stands before it.
    private static func quotes(in text: String) -> [(line: String, before: String)] {
        text.matches(of: #/«([^»]{4,200})»/#).map {
            let before = text[..<$0.range.lowerBound].trimmingCharacters(in: .whitespaces)
            return ($0.1.split(whereSeparator: \.isWhitespace).joined(separator: " "), before)
        }
    }
}
