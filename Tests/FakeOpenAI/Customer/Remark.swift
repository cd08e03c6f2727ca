/// What a trainee's line does: the little that the simulator understands of a sales conversation.
struct Remark: Hashable, Sendable {
    enum Topic: String, CaseIterable, Sendable {
        case farewell, age, health, closing, price, device, taste, needs, greeting
    }

    var text: String
    var topics: Set<Topic> = []
    var isQuestion: Bool
    var showsEmpathy: Bool
    /// Words that may not be said when selling nicotine.
    var forbidden: [String]

    private static let keywords: [Topic: [String]] = [
        .farewell: ["goodbye", "good bye", "bye", "have a nice day", "have a good day", "see you", "take care"],
        .age: [
            "date of birth", "born", "how old", "your age", "over 18", "over eighteen", "of legal age", "identity card",
            "passport", "your id", "an id",
        ],
        .health: ["risk", "addictive", "nicotine", "health", "doctor", "cancer", "lungs"],
        .closing: [
            "would you like to try", "want to try", "like to take", "shall we", "buy", "order", "sign", "take one",
            "start with",
            "give it a try", "try it next", "next step", "can i get you",
        ],
        .price: ["price", "cost", "money", "expensive", "cheap", "pay", "euro", "crown"],
        .device: [
            "device", "glo", "hyper", "heat", "charge", "battery", "stick", "neo", "veo", "velo", "pouch", "clean",
            "button",
        ],
        .taste: ["taste", "flavour", "flavor", "menthol", "smell"],
        .needs: [
            "what do you", "how often", "how many", "how long", "when do you", "which brand", "what matters",
            "what bothers",
            "why do you", "tell me", "your day", "do you smoke", "what would", "how do you", "what did", "prefer",
        ],
        .greeting: ["hello", "hi", "good morning", "good afternoon", "good evening", "welcome", "my name is"],
    ]
    private static let kindness = [
        "i understand", "i see", "makes sense", "fair point", "you are right", "you're right", "i hear you",
        "thank you",
        "i appreciate", "of course", "that is true", "that's true", "no rush", "your choice", "up to you", "sorry",
    ]
    private static let banned = [
        "free", "gift", "healthy", "healthier", "safe", "safer", "harmless", "risk-free", "guarantee", "guaranteed",
        "cure",
        "quit smoking", "no risk", "100 percent safe", "special offer", "discount",
    ]

    init(_ text: String) {
        self.text = text
        // A denial is no promise: «it is not risk-free» must not count as «risk-free».
        let plain =
            " " + text.lowercased().map { $0.isLetter || $0.isNumber || $0 == "'" || $0 == "-" ? $0 : " " } + " "
        let words = String(plain).split(separator: " ").joined(separator: " ")
        func says(_ phrase: String) -> Bool {
            " \(words) ".contains(" \(phrase) ")
        }
        for (topic, phrases) in Self.keywords where phrases.contains(where: says) { topics.insert(topic) }
        isQuestion = text.contains("?")
        showsEmpathy = Self.kindness.contains(where: says)
        forbidden = Self.banned.filter { word in
            says(word) && !["not", "never", "isn't"].contains { says("\($0) \(word)") }
        }
    }

    /// What it does to a customer's mood, at most one up and two down.
    var effect: Int {
        if !forbidden.isEmpty { return -2 }
        if topics.contains(.needs) && isQuestion || showsEmpathy { return 1 }
        if isQuestion { return 1 }
        // Nobody likes a monologue.
        return text.split(separator: " ").count > 60 ? -1 : 0
    }
}
