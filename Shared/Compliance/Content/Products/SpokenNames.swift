/// The names that speech recognition should know: of each product its first name, those in the parentheses of its title,
/// and how a language writes and inflects them.
public struct SpokenNames: Hashable, Sendable {
    /// Maximum number of names of a session, and their length in characters.
    public static let mostNames = 60
    public static let longestName = 40

    private let everywhere: [String]
    /// By ISO 639-1 code.
    private let spoken: [String: [String]]

    public init(_ products: [Product]) {
        everywhere = products.flatMap { product in
            let title = product.name.split(separator: "(", maxSplits: 1)
            let kinds = title.count == 2 ? title[1].prefix { $0 != ")" }.split(separator: ",").map(String.init) : []
            return product.names.prefix(1) + kinds
        }
        spoken = products.reduce(into: [:]) { names, product in
            names.merge(product.spoken ?? [:]) { $0 + $1 }
        }
    }

    /// - Parameter more: names that only this customer uses. They come first, so that none is cut off.
    public func names(in language: String, more: [String] = []) -> [String] {
        var names: [String] = []
        for name in more + everywhere + (spoken[language] ?? []) where names.count < Self.mostNames {
            let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if Self.isName(name), !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Patterns with alternatives or endings are no names.
    private static func isName(_ name: String) -> Bool {
        (1...longestName).contains(name.count)
            && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }
    }
}
