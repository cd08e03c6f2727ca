/// Counts what responses read, about as OpenAI would bill it: everything that the session holds is read again for each
/// response, and what an earlier one has read comes out of the cache.
struct TokenMeter: Sendable {
    struct Tokens: Hashable, Sendable {
        var text = 0
        var audio = 0

        var total: Int { text + audio }
    }

    /// What the responses of a session have used so far.
    struct Bill: Codable, Hashable, Sendable {
        var textInput = 0
        var audioInput = 0
        /// The parts of the input that came from the cache.
        var cachedTextInput = 0
        var cachedAudioInput = 0
        var textOutput = 0
        var audioOutput = 0

        mutating func add(input: Tokens, cached: Tokens, output: Tokens) {
            textInput += input.text
            audioInput += input.audio
            cachedTextInput += cached.text
            cachedAudioInput += cached.audio
            textOutput += output.text
            audioOutput += output.audio
        }
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
