/// Sentences of an earlier upstream connection that are sent to this one again, as audio, to be transcribed.
struct Resaid {
    /// In order, by the event that commits each.
    private var waiting: [(sentence: String, eventId: String)] = []
    /// The earlier sentence that an item of this connection repeats.
    private var sentences: [String: String] = [:]

    var isEmpty: Bool { waiting.isEmpty }

    mutating func add(_ sentence: String, committedBy eventId: String) {
        waiting.append((sentence, eventId))
    }

    /// The sentence that an item stands for: an earlier one, or itself.
    func sentence(of itemId: String) -> String { sentences[itemId] ?? itemId }

    func repeats(_ itemId: String) -> Bool { sentences[itemId] != nil }

    /// The next item is the repetition of the sentence that waits longest.
    mutating func assignNext(to itemId: String) {
        if !waiting.isEmpty { sentences[itemId] = waiting.removeFirst().sentence }
    }

    /// - Returns: the sentence that the event should have committed; nil if there is none.
    mutating func refuse(_ eventId: String) -> String? {
        guard let index = waiting.firstIndex(where: { $0.eventId == eventId }) else { return nil }
        return waiting.remove(at: index).sentence
    }
}
