/// A product or a family of them, as `products.yaml` describes it.
public struct Product: Codable, Hashable, Sendable {
    public var id: String
    public var name: String
    /// `tobacco heater`, `tobacco stick`, `nicotine pouch`, …
    public var kind: String
    /// How speakers name it, as phrase patterns.
    public var names: [String]
    /// What speech recognition makes of the names, as phrase patterns.
    public var heardAs: [String]?
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

    /// What trainees commonly get wrong. The words for it stand in the files of the languages.
    public struct FalseClaim: Codable, Hashable, Sendable {
        public var id: String
        public var severity: String
        public var correction: String
        public var meaning: String
        /// One line that makes the claim, and one that looks like it and does not.
        public var wrong: String
        public var right: String
        /// Of which products it is false; any product unless it is given.
        public var of: [String]?
        /// Whether it also counts where no product is named; false unless it is given.
        public var orUnnamed: Bool?
    }
}
