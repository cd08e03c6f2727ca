import Foundation

/// Facts about the customer that can be found in the instructions without understanding them: a name, a date of birth,
/// the initial attitude, and quoted lines of the customer, in «».
struct PersonaNotes: Hashable, Sendable {
    var name: String?
    var born: String?
    var attitude: Int?
    /// Occasionally said before an answer.
    var remarks: [String] = []
    /// The first one for a good end, the last one for a bad one.
    var farewells: [String] = []

    init(_ instructions: String) {
        name = instructions.firstMatch(of: #/You are (\p{Lu}\p{Ll}+)\b/#).map { String($0.1) }
        born = instructions.firstMatch(of: #/born on (\d{1,2} \p{Lu}\p{Ll}+ \d{4})/#).map { String($0.1) }
        attitude = instructions.firstMatch(of: #/you are at (\d{1,2})\b/#).flatMap { Int($0.1) }.map { min($0, 10) }
        for section in instructions.components(separatedBy: "\n#") {
            let title = section.prefix { !$0.isNewline }.lowercased()
            if title.contains("how it ends") { farewells = Self.quotes(in: section) }
            if title.contains("how you speak") { remarks = Self.quotes(in: section) }
        }
    }

    /// Whole sentences only: something like «my Reds» is a habit of speech, not a line.
    private static func quotes(in section: String) -> [String] {
        section.matches(of: #/«([^»]{4,160})»/#).map {
            $0.1.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        .filter { $0.contains(" ") && $0.first?.isUppercase == true && $0.last.map { ".?!".contains($0) } == true }
    }
}
