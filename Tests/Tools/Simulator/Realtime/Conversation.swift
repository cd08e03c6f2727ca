/// The list of items that the model remembers.
struct Conversation: Sendable {
    private(set) var items: [ConversationItem] = []

    subscript(id: String) -> ConversationItem? {
        get { items.first { $0.id == id } }
        set {
            guard let index = items.firstIndex(where: { $0.id == id }) else { return }
            if let newValue { items[index] = newValue } else { items.remove(at: index) }
        }
    }

    /// Inserts an item after another, or at the end.
    ///
    /// - Parameter previous: an item's id, or `root` for the front.
    /// - Returns: the id of the item before it; nil at the front.
    @discardableResult
    mutating func insert(_ item: ConversationItem, after previous: String? = nil) -> String? {
        if previous == "root" {
            items.insert(item, at: 0)
            return nil
        }
        if let previous, let index = items.firstIndex(where: { $0.id == previous }) {
            items.insert(item, at: index + 1)
            return previous
        }
        defer { items.append(item) }
        return items.last?.id
    }

    func predecessor(of id: String) -> String? {
        guard let index = items.firstIndex(where: { $0.id == id }), index > 0 else { return nil }
        return items[index - 1].id
    }
}
