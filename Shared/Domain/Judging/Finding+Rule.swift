extension Finding {
    /// A family of rules. A record may hold one that this version does not know.
    public struct Rule: ProtocolWord {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// What must not be said (`forbidden-words.yaml`).
        public static let forbiddenWord: Rule = "forbidden_word"
        /// False claims about a product (`products.yaml`).
        public static let productClaim: Rule = "product_claim"
        /// Words to the program behind the customer (`manipulation.yaml`).
        public static let injectionSuspected: Rule = "injection_suspected"
        public static let ageCheck: Rule = "age_check"
        public static let greeting: Rule = "greeting"
        public static let needsBeforePitch: Rule = "needs_before_pitch"
    }
}
