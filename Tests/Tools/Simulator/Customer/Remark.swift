/// What the simulator understands of a trainee's utterance: the little it needs of a sales conversation.
struct Remark: Hashable, Sendable {
    enum Topic: String, CaseIterable, Sendable {
        case farewell, story, age, health, closing, price, device, taste, needs, greeting
    }

    var text: String
    var topics: Set<Topic> = []
    var isQuestion: Bool
    var showsEmpathy: Bool
    /// Words that must not be said when selling nicotine.
    var forbidden: [String]

    /// A phrase as a sequence of consecutive words.
    private struct Phrase: Sendable, ExpressibleByStringLiteral {
        let text: String
        let words: [String]

        init(stringLiteral text: String) {
            self.text = text
            words = text.split { $0 == " " || $0 == "-" }.map(String.init)
        }
    }

    private static let keywords: [Topic: [Phrase]] = [
        .farewell: ["goodbye", "good bye", "bye", "have a nice day", "have a good day", "see you", "take care"],
        .story: ["the whole story", "from the beginning", "a whole day"],
        .age: [
            "date of birth", "born", "how old", "your age", "over 18", "over eighteen", "of legal age", "identity card",
            "passport", "your id", "an id",
        ],
        .health: ["risk", "addictive", "nicotine", "health", "doctor", "cancer", "lungs"],
        .closing: [
            "would you like to", "want to try", "try one", "shall i", "set one up", "like to take", "shall we", "buy",
            "order", "sign", "take one",
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
            "what do you", "where do you", "would have to", "how often", "how many", "how long", "when do you",
            "which brand", "what matters",
            "what bothers",
            "why do you", "tell me", "your day", "do you smoke", "what would", "how do you", "what did", "prefer",
        ],
        .greeting: ["hello", "hi", "good morning", "good afternoon", "good evening", "welcome", "my name is"],
    ]
    private static let kindness: [Phrase] = [
        "i understand", "i see", "makes sense", "fair point", "you are right", "you're right", "i hear you",
        "thank you",
        "i appreciate", "of course", "that is true", "that's true", "no rush", "your choice", "up to you", "sorry",
    ]
    private static let banned: [Phrase] = [
        "free", "gift", "healthy", "healthier", "safe", "safer", "harmless", "risk-free", "guarantee", "guaranteed",
        "cure",
        "quit smoking", "no risk", "100 percent safe", "special offer", "discount",
    ]

    init(_ text: String) {
        self.text = text
        let words = text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "'") }.map(String.init)
        /// The positions at which the words of a phrase occur in sequence.
        let known = Set(words)
        func places(_ phrase: Phrase) -> [Int] {
            let wanted = phrase.words
            // Fast path: a prompt holds a whole conversation, whose utterances are examined for each member of the
            // answer.
            guard words.count >= wanted.count, wanted.allSatisfy(known.contains) else { return [] }
            return (0...words.count - wanted.count).filter { words[$0..<$0 + wanted.count].elementsEqual(wanted) }
        }
        func says(_ phrase: Phrase) -> Bool { !places(phrase).isEmpty }
        for (topic, phrases) in Self.keywords where phrases.contains(where: says) { topics.insert(topic) }
        isQuestion = text.contains("?")
        showsEmpathy = Self.kindness.contains(where: says)
        // A negated word is no promise, and «risk free» does not mean without charge.
        forbidden = Self.banned.filter { phrase in
            places(phrase).contains { place in
                let before = words[max(0, place - 3)..<place]
                let isCompound =
                    phrase.text == "free" && ["risk", "smoke", "ash", "tobacco"].contains(before.last ?? "")
                return !isCompound && !before.contains { ["not", "never", "no", "isn't", "nothing"].contains($0) }
            }
        }.map(\.text)
    }

    /// The topic to answer; a question about the customer has priority.
    var topic: Topic? {
        if isQuestion, topics.contains(.needs), topics.isDisjoint(with: [.farewell, .story, .age, .closing]) {
            return .needs
        }
        return Topic.allCases.first(where: topics.contains)
    }

    /// The change of the customer's attitude, -2 to 1.
    var effect: Int {
        if !forbidden.isEmpty { return -2 }
        if topics.contains(.needs) && isQuestion || showsEmpathy { return 1 }
        if isQuestion { return 1 }
        // Utterances of more than 60 words annoy the customer.
        return text.split(separator: " ").count > 60 ? -1 : 0
    }
}
