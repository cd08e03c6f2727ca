/// The items with words that we created on a connection and the server has not repeated yet. It repeats them as items
/// of the conversation, and some servers give them other ids.
struct Echoes {
    private struct Expected {
        var id: String
        var speaker: RealtimeEvent.Item.Kind
        /// A hash, since an utterance may be long.
        var text: Int
    }

    /// A server that repeats nothing does not fill the memory.
    private static let most = 4_096

    /// Whether an id is one that we give to items with words.
    static func isOurs(_ itemId: String) -> Bool { itemId.hasPrefix("line_") || itemId.hasPrefix("re_") }

    private var expected: [Expected] = []
    /// Our ids by the server's, for items that it repeated under another id. It may send several events about each.
    private var renamed: [String: String] = [:]

    mutating func expect(_ item: RealtimeCommand.Item) {
        switch item {
        case .user(let id, let text): expect(Expected(id: id, speaker: .user, text: text.trimmed.hashValue))
        case .assistant(let id, let text): expect(Expected(id: id, speaker: .assistant, text: text.trimmed.hashValue))
        case .system, .functionOutput: break
        }
    }

    private mutating func expect(_ item: Expected) {
        if expected.count == Self.most { expected.removeFirst() }
        expected.append(item)
    }

    /// - Returns: the id that we gave to the item; nil if it is not one of ours.
    mutating func take(_ item: RealtimeEvent.Item) -> String? {
        if let ours = renamed[item.id] { return ours }
        if let index = expected.firstIndex(where: { $0.id == item.id }) { return expected.remove(at: index).id }
        // One that keeps our id and is not expected was repeated before.
        guard !Self.isOurs(item.id), let text = item.text?.trimmed.hashValue,
            let index = expected.firstIndex(where: { $0.speaker == item.kind && $0.text == text })
        else { return nil }
        let ours = expected.remove(at: index).id
        renamed[item.id] = ours
        return ours
    }
}
