import Foundation

/// Tokens that the realtime model reported for a session, and what they cost. OpenAI bills the transcription of the
/// trainee audio separately; it is not included.
public struct TokenUsage: Hashable, Sendable {
    /// Text and audio, including cached tokens.
    public var inputTokens = 0
    /// The part of `inputTokens` that was read from OpenAI's cache, at a lower price.
    public var cachedInputTokens = 0
    public var outputTokens = 0
    /// The parts of the above that are audio; the rest is text.
    public var audioInputTokens = 0
    public var cachedAudioInputTokens = 0
    public var audioOutputTokens = 0
    /// By `REALTIME_PRICES`, in their currency; absent in records from before costs were recorded.
    public var cost: Double?

    public init(
        inputTokens: Int = 0, cachedInputTokens: Int = 0, outputTokens: Int = 0, audioInputTokens: Int = 0,
        cachedAudioInputTokens: Int = 0, audioOutputTokens: Int = 0, cost: Double? = nil
    ) {
        self.inputTokens = inputTokens
        self.cachedInputTokens = cachedInputTokens
        self.outputTokens = outputTokens
        self.audioInputTokens = audioInputTokens
        self.cachedAudioInputTokens = cachedAudioInputTokens
        self.audioOutputTokens = audioOutputTokens
        self.cost = cost
    }

    /// The sum of two usages, with its cost at the given prices. A session's sums stay far below what an `Int` holds; a
    /// peer that reports nonsense gets the largest number instead of a crash.
    public func adding(_ more: TokenUsage, at prices: TokenPrices) -> TokenUsage {
        func sum(_ path: KeyPath<TokenUsage, Int>) -> Int {
            let (value, overflow) = self[keyPath: path].addingReportingOverflow(more[keyPath: path])
            return overflow ? .max : value
        }
        var total = TokenUsage(
            inputTokens: sum(\.inputTokens), cachedInputTokens: sum(\.cachedInputTokens),
            outputTokens: sum(\.outputTokens), audioInputTokens: sum(\.audioInputTokens),
            cachedAudioInputTokens: sum(\.cachedAudioInputTokens), audioOutputTokens: sum(\.audioOutputTokens))
        total.cost = (cost ?? 0) + prices.cost(of: more)
        return total
    }
}

extension TokenUsage: Codable {
    private enum Key: String, CodingKey {
        case inputTokens, cachedInputTokens, outputTokens, audioInputTokens, cachedAudioInputTokens, audioOutputTokens
        case cost
    }

    /// Records from before audio was counted separately lack some of the keys.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func count(_ key: Key) throws -> Int { try container.decodeIfPresent(Int.self, forKey: key) ?? 0 }
        self.init(
            inputTokens: try count(.inputTokens), cachedInputTokens: try count(.cachedInputTokens),
            outputTokens: try count(.outputTokens), audioInputTokens: try count(.audioInputTokens),
            cachedAudioInputTokens: try count(.cachedAudioInputTokens),
            audioOutputTokens: try count(.audioOutputTokens),
            cost: try container.decodeIfPresent(Double.self, forKey: .cost))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(inputTokens, forKey: .inputTokens)
        try container.encode(cachedInputTokens, forKey: .cachedInputTokens)
        try container.encode(outputTokens, forKey: .outputTokens)
        try container.encode(audioInputTokens, forKey: .audioInputTokens)
        try container.encode(cachedAudioInputTokens, forKey: .cachedAudioInputTokens)
        try container.encode(audioOutputTokens, forKey: .audioOutputTokens)
        try container.encodeIfPresent(cost, forKey: .cost)
    }
}

/// What a million tokens of a realtime model cost, by kind.
public struct TokenPrices: Hashable, Sendable {
    public var textInput: Double
    public var cachedTextInput: Double
    public var textOutput: Double
    public var audioInput: Double
    public var cachedAudioInput: Double
    public var audioOutput: Double

    /// In US dollars, for `gpt-realtime-2`, from its model page in 2026.
    public static let standard = TokenPrices([4, 0.4, 24, 32, 0.4, 64])

    /// - Parameter values: text in, cached text in, text out, audio in, cached audio in, audio out; what is missing is
    ///   free.
    private init(_ values: [Double]) {
        func price(_ index: Int) -> Double { values.indices.contains(index) ? values[index] : 0 }
        textInput = price(0)
        cachedTextInput = price(1)
        textOutput = price(2)
        audioInput = price(3)
        cachedAudioInput = price(4)
        audioOutput = price(5)
    }

    /// Reads six comma-separated numbers: text in, cached text in, text out, audio in, cached audio in, audio out. Nil
    /// for anything else.
    public init?(_ text: String) {
        let values = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            Double(part.trimmingCharacters(in: .whitespaces))
        }
        guard values.count == 6 else { return nil }
        let prices = values.compactMap { $0.flatMap { (0...1_000_000).contains($0) ? $0 : nil } }
        guard prices.count == 6 else { return nil }
        self.init(prices)
    }

    /// Cached tokens are part of the input and billed only at their own price.
    public func cost(of usage: TokenUsage) -> Double {
        let cachedAudio = min(usage.cachedAudioInputTokens, usage.audioInputTokens)
        let cachedText = max(0, usage.cachedInputTokens - usage.cachedAudioInputTokens)
        let audioIn = max(0, usage.audioInputTokens - cachedAudio)
        let textIn = max(0, usage.inputTokens - usage.audioInputTokens - cachedText)
        let textOut = max(0, usage.outputTokens - usage.audioOutputTokens)
        let priced: [(Int, Double)] = [
            (textIn, textInput), (cachedText, cachedTextInput), (textOut, textOutput), (audioIn, audioInput),
            (cachedAudio, cachedAudioInput), (usage.audioOutputTokens, audioOutput),
        ]
        return priced.reduce(0) { $0 + Double($1.0) * $1.1 } / 1_000_000
    }
}
