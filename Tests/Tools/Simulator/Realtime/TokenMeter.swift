/// Counts the tokens that responses read, roughly as OpenAI bills them: each response reads the whole session again,
/// and what an earlier response has read comes from the cache.
struct TokenMeter: Sendable {
    struct Tokens: Hashable, Sendable {
        var text = 0
        var audio = 0

        var total: Int { text + audio }
    }

    /// Tokens used by the responses of a session so far.
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

    /// Block size of the cache, in tokens.
    static let block = 64

    private var lastRead = Tokens()

    /// - Parameter input: everything that this response reads.
    /// - Returns: the part of it that comes from the cache.
    mutating func read(_ input: Tokens) -> Tokens {
        defer { lastRead = input }
        return Tokens(text: Self.cached(input.text, lastRead.text), audio: Self.cached(input.audio, lastRead.audio))
    }

    private static func cached(_ now: Int, _ before: Int) -> Int {
        min(now, before) / block * block
    }
}
