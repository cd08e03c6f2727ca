/// A product or a family of them, as `products.yaml` describes it.
public struct Product: Codable, Hashable, Sendable {
    public var id: String
    public var name: String
    /// `tobacco heater`, `tobacco stick`, `nicotine pouch`, …
    public var kind: String
    /// How speakers name it, as phrase patterns.
    public var names: [String]
    /// What speech recognition writes instead of the names, as phrase patterns.
    public var heardAs: [String]?
    /// How speakers write and inflect the names, by ISO 639-1 code, for speech recognition.
    public var spoken: [String: [String]]?
    public var facts: [Fact]
    public var falseClaims: [FalseClaim]

    public struct Fact: Codable, Hashable, Sendable {
        public var text: String
        public var nature: Nature
    }

    /// How far a fact can be relied on, and who says so.
    public enum Nature: String, Codable, Sendable {
        /// What the product is by its kind; true everywhere.
        case definition
        /// The manufacturer's own description. May differ by market and model year.
        case manufacturer
        /// A legal rule, in the European Union unless the text says otherwise.
        case regulation
        /// How this training wants it handled.
        case conduct
    }

    /// What trainees commonly get wrong. The phrases for it are in the language files.
    public struct FalseClaim: Codable, Hashable, Sendable {
        public var id: String
        public var severity: String
        public var correction: String
        public var meaning: String
        /// An utterance that makes the claim, and a similar one that does not.
        public var wrong: String
        public var right: String
        /// What an English-speaking customer is told that he heard; nil for a general sentence.
        public var heard: String?
        /// The products for which it is false; nil means any product.
        public var of: [String]?
        /// Whether it also applies where no product is named; nil means false.
        public var orUnnamed: Bool?
    }
}
