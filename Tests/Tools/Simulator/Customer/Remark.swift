/// What the simulator understands of a trainee's utterance: the little it needs of a sales conversation. Recognised
/// speech may lack capitals and punctuation, and writes names of products as words that sound like them.
struct Remark: Hashable, Sendable {
    enum Topic: String, CaseIterable, Sendable {
        case farewell, story, age, handover, health, closing, price, device, taste, needs, greeting
    }

    enum Product: String, CaseIterable, Sendable {
        case neo, veo, velo, glo
    }

    var text: String
    var topics: Set<Topic> = []
    var products: Set<Product> = []
    /// What it asks about the customer.
    var curiosity: Curiosity?
    var isQuestion: Bool
    var showsEmpathy: Bool
    var wordCount: Int
    /// Words that must not be said when selling nicotine.
    var forbidden: [String]

    private static let keywords: [Topic: [Phrase]] = [
        .farewell: [
            "goodbye", "good bye", "bye", "have a nice day", "have a good day", "see you soon", "see you later",
            "see you again", "see you then", "see you around", "see you tomorrow",
            "take care",
            "nice talking to you",
        ],
        .story: ["the whole story", "from the beginning", "a whole day"],
        .age: [
            "birth", "date of berth", "data brief", "birthday", "born", "how old",
            "your age", "over 18", "over eighteen", "of legal age", "identity card", "passport", "your id", "an id",
            "see a document", "your document", "driving licence", "driving license",
        ],
        .handover: [
            "here you are", "here you go", "here take", "take it in", "hold it", "hold this", "hold one",
            "in your hand",
            "hand you", "hand it to you", "hand over", "feel how", "pick it up", "give you the device",
        ],
        .health: ["risk", "addictive", "nicotine", "health", "doctor", "cancer", "lungs"],
        .closing: [
            "would you like to", "want to try", "try one", "shall i", "set one up", "like to take", "shall we", "buy",
            "order", "sign", "take one", "start with", "give it a try", "try it next", "next step", "can i get you",
            "begin with one", "try it now", "try it together", "ready to take", "like to try",
        ],
        .price: ["price", "cost", "costs", "money", "expensive", "cheap", "pay", "euro", "euros", "crown", "crowns"],
        .device: [
            "device", "hyper", "heat", "heats", "heated", "charge", "charged", "charger", "cable", "cables", "battery",
            "stick", "sticks", "pouch", "pouches", "clean", "cleaned", "button", "boost", "gadget", "machine", "gunk",
            "flat",
        ],
        .taste: ["taste", "tastes", "flavour", "flavor", "flavours", "flavors", "menthol", "smell", "smells"],
        .needs: [
            "what do you", "where do you", "would have to", "how often", "how many", "how long", "when do you",
            "which brand", "what matters", "what bothers", "why do you", "tell me", "your day", "do you smoke",
            "what would", "how do you", "what did", "prefer",
        ],
        .greeting: ["hello", "hi", "good morning", "good afternoon", "good evening", "welcome", "my name is"],
    ]
    /// The names of the products and what speech recognition makes of them.
    private static let names: [Product: [Phrase]] = [
        .neo: ["neo", "neos", "nio", "niel", "neostick", "neosticks", "neostics", "neo's", "old stick", "needle"],
        .veo: ["veo", "veos", "vivo", "vio", "video", "veostick", "veosticks", "vo", "theo", "vayo", "view sticks"],
        .velo: ["velo", "vello", "velow"],
        .glo: [
            "glo", "glow", "gloh", "glove", "globe", "glo's", "glohyper", "glow hyper", "low device", "low hyper",
        ],
    ]
    private static let kindness: [Phrase] = [
        "i understand", "i see", "makes sense", "fair point", "you are right", "you're right", "i hear you",
        "thank you", "i appreciate", "of course", "that is true", "that's true", "no rush", "your choice", "up to you",
        "sorry", "no hurry", "i agree", "must have been",
    ]
    private static let banned: [Phrase] = [
        "free", "gift", "healthy", "healthier", "safe", "safer", "harmless", "risk-free", "guarantee", "guaranteed",
        "cure", "quit smoking", "no risk", "100 percent safe", "special offer", "discount",
    ]
    /// How a question begins. Speech recognition often ends it with a full stop.
    private static let asking: [Phrase] = [
        "may i", "can i", "could i", "shall i", "shall we", "do you", "did you", "are you", "have you", "would you",
        "could you", "can you", "will you", "is it", "is that", "is there", "does it", "does that", "how do",
        "how does",
        "how long", "how often", "how many", "how much", "how old", "how are", "how did", "how about", "what do",
        "what did", "what does", "what would", "what is", "what are", "what brand", "what exactly", "what kind",
        "when do",
        "when did", "where do", "where are", "why do", "why did", "which brand", "which one", "what if", "what was",
    ]

    init(_ text: String) {
        self.text = text
        let list = WordList(text)
        for (topic, phrases) in Self.keywords where list.says(any: phrases) { topics.insert(topic) }
        for (product, names) in Self.names where list.says(any: names) { products.insert(product) }
        if !products.isEmpty { topics.insert(.device) }
        let sentences = text.split { ".!?;".contains($0) }.map { WordList(String($0)) }
        isQuestion =
            text.contains("?") || sentences.contains { sentence in Self.asking.contains { sentence.begins(with: $0) } }
        if isQuestion { curiosity = Curiosity(list) }
        if curiosity != nil { topics.insert(.needs) }
        showsEmpathy = list.says(any: Self.kindness)
        wordCount = list.words.count
        // A negated word is no promise, and «risk free» does not mean without charge.
        forbidden = Self.banned.filter { phrase in
            list.places(of: phrase).contains { place in
                let before = list.words[max(0, place - 3)..<place]
                let isCompound =
                    phrase.text == "free" && ["risk", "smoke", "ash", "tobacco"].contains(before.last ?? "")
                return !isCompound && !before.contains { ["not", "never", "no", "isn't", "nothing"].contains($0) }
            }
        }.map(\.text)
    }

    /// The topic to answer; a question about the customer has priority.
    var topic: Topic? {
        if isQuestion, topics.contains(.needs), topics.isDisjoint(with: [.farewell, .story, .age, .closing, .handover])
        {
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
