/// Counts what responses read, about as OpenAI would bill it: everything that the session holds is read again for each
/// response, and what an earlier one has read comes out of the cache.
struct TokenMeter: Sendable {
    struct Tokens: Hashable, Sendable {
        var text = 0
        var audio = 0

        var total: Int { text + audio }
    }

    /// The cache works in blocks of so many tokens.
    static let block = 64

    private var lastRead = Tokens()

    /// - Parameter input: all that this response reads.
    /// - Returns: the part of it that comes from the cache.
    mutating func read(_ input: Tokens) -> Tokens {
        defer { lastRead = input }
        return Tokens(text: Self.cached(input.text, lastRead.text), audio: Self.cached(input.audio, lastRead.audio))
    }

    private static func cached(_ now: Int, _ before: Int) -> Int {
        min(now, before) / block * block
    }
}
