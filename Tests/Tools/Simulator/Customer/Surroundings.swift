/// What the customer has seen happen around them since they last spoke, and what there is to say to it. Everything comes
/// from the words of the `[scene]` items.
struct Surroundings: Hashable, Sendable {
    enum Subject: Hashable, Sendable {
        /// A product was handed over, or held out, and nobody had asked for the age.
        case unasked
        case handed, date, tablet, clock, other
    }

    private static let most = 20

    private var news: [String] = []
    private var isAgeChecked = false
    private var hasRemarked = false

    var isEmpty: Bool { news.isEmpty }

    mutating func see(_ note: String) {
        let text = note.lowercased()
        news.append(text)
        if news.count > Self.most { news.removeFirst() }
        if Self.says(text, Self.dates) { isAgeChecked = true }
    }

    /// The trainee asked for the age.
    mutating func ageWasAsked() { isAgeChecked = true }

    /// What was seen before is over: the customer has spoken since.
    mutating func forget() { news = [] }

    /// What is worth a word, the most striking first; nil if nothing has happened.
    mutating func take() -> Subject? {
        guard !news.isEmpty else { return nil }
        defer { news = [] }
        let isHanded = news.contains { Self.says($0, Self.hands) && !Self.says($0, Self.papers) }
        if isHanded, !isAgeChecked, !hasRemarked {
            hasRemarked = true
            return .unasked
        }
        if isHanded { return .handed }
        guard let last = news.last else { return nil }
        if Self.says(last, Self.dates) { return .date }
        if last.contains("tablet") || last.contains("τάμπλετ") { return .tablet }
        return Self.says(last, Self.times) ? .clock : .other
    }

    /// Whether a product lies in the customer's hand, unasked, and that was not remarked on yet.
    var isHandedUnasked: Bool {
        !isAgeChecked && !hasRemarked && news.contains { Self.says($0, Self.hands) && !Self.says($0, Self.papers) }
    }

    /// Whether a note says that the customer has to go.
    static func sendsAway(_ note: String) -> Bool { says(note.lowercased(), departures) }

    private static func says(_ text: String, _ words: [String]) -> Bool { words.contains { text.contains($0) } }

    private static let hands = [
        "your hand", "hands you", "gives you", "sells you", "tosses", "to you", "do ruky", "podává", "in die hand",
        "dir hin", "στο χέρι", "προτείνει",
    ]
    private static let papers = [
        "leaflet", "list", "card", "leták", "ceník", "vizit", "prospekt", "karte", "φυλλάδιο", "κάρτα",
    ]
    private static let dates = ["date of birth", "datum narození", "geburtsdatum", "γέννησης"]
    private static let times = ["minute", "train", "bus", "turn", "queue", "minut", "vlak", "zug", "τρένο", "λεπτά"]
    private static let departures = [
        "have to go", "must go", "say goodbye", "leaves now", "is leaving", "has left", "musíš jít", "odjíždí",
        "musst gehen",
        "fährt jetzt", "πρέπει να φύγεις", "φεύγει τώρα",
    ]
}
