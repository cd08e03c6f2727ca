import HTTPTypes
import Hummingbird

/// The languages of an `Accept-Language` field (RFC 9110).
enum AcceptedLanguages {
    /// Languages beyond these are not looked at.
    private static let most = 16

    static func of(_ request: Request) -> [String] { list(request.headers[.acceptLanguage] ?? "") }

    /// The most wanted one first; those that are not wanted (`q=0`) and `*` are left out.
    static func list(_ field: String) -> [String] {
        let wanted = field.split(separator: ",").prefix(most).compactMap {
            item -> (language: String, weight: Double)? in
            let parts = item.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let language = parts.first, language != "*" else { return nil }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            return weight > 0 ? (language, weight) : nil
        }
        // The sort keeps the order of equals only because of the second key.
        return wanted.enumerated().sorted {
            ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset)
        }.map(\.element.language)
    }
}
