import Domain

/// How much of a conversation one call of a model may be given. What is said and done in a session is bounded, but
/// only this keeps a client from making each call of a model cost a hundred times as much.
public struct PromptBudget: Hashable, Sendable {
    public var bytes: Int
    public var tokens: Int

    public init(bytes: Int, tokens: Int) {
        self.bytes = bytes
        self.tokens = tokens
    }

    /// For the evaluations during a call: hundreds in a session. An hour of conversation fits.
    public static let evaluation = PromptBudget(bytes: 128 << 10, tokens: 32_000)
    /// For scoring and review, which read a session once.
    public static let judgement = PromptBudget(bytes: 256 << 10, tokens: 64_000)

    /// A part of the budget.
    func share(_ part: Int, of parts: Int) -> PromptBudget {
        PromptBudget(bytes: bytes * part / parts, tokens: tokens * part / parts)
    }

    /// - Returns: whether there was enough left.
    mutating func spend(_ cost: PromptBudget) -> Bool {
        guard cost.bytes <= bytes, cost.tokens <= tokens else { return false }
        bytes -= cost.bytes
        tokens -= cost.tokens
        return true
    }

    static func - (one: PromptBudget, other: PromptBudget) -> PromptBudget {
        PromptBudget(bytes: one.bytes - other.bytes, tokens: one.tokens - other.tokens)
    }

    // MARK: What things cost

    /// The keys and numbers of one entry.
    static let entry = PromptBudget(bytes: 160, tokens: 60)

    static func + (one: PromptBudget, other: PromptBudget) -> PromptBudget {
        PromptBudget(bytes: one.bytes + other.bytes, tokens: one.tokens + other.tokens)
    }

    /// A text as JSON. Models take four Latin letters for a token, and few of other scripts.
    static func cost(of text: String) -> PromptBudget {
        var (bytes, quarters) = (2, 4)
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar) + (scalar == "\"" || scalar == "\\" ? 1 : 0)
            quarters += scalar.isASCII ? 1 : 3
        }
        return PromptBudget(bytes: bytes, tokens: quarters / 4 + 1)
    }

    static func cost(of value: JSONValue) -> PromptBudget {
        switch value {
        case .null, .bool: PromptBudget(bytes: 6, tokens: 2)
        case .integer, .number: PromptBudget(bytes: 24, tokens: 10)
        case .large: PromptBudget(bytes: 40, tokens: 16)
        case .string(let text): cost(of: text)
        case .array(let items): items.reduce(PromptBudget(bytes: 2, tokens: 1)) { $0 + cost(of: $1) }
        case .object(let members):
            members.reduce(PromptBudget(bytes: 2, tokens: 1)) { $0 + cost(of: $1.key) + cost(of: $1.value) }
        }
    }
}
