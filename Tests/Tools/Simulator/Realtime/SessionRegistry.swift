import Synchronization

/// Reports about the Realtime sessions, for tests and for operators (`GET /simulator/sessions`).
final class SessionRegistry: Sendable {
    struct Report: Codable, Sendable {
        /// Limits per session: the latest items are kept, and the first errors, which usually cause the later ones.
        static let mostItems = 500
        static let mostErrorCodes = 100

        var id: String
        var dialect: String
        var model: String
        /// The `OpenAI-Safety-Identifier` that the client sent, which is the same in all sessions of one person.
        var user: String?
        var isOpen = true
        var events = 0
        var errors = 0
        /// The `code` of every `error` event that was sent.
        var errorCodes: [String] = []
        var responses = 0
        /// System items that were created while a response was active.
        var notesInResponses = 0
        var audioBytesIn = 0
        var audioBytesOut = 0
        var firstEvent: String?
        /// Sum of the `usage` of every `response.done`.
        var usage = TokenMeter.Bill()
        /// The spoken items, in the order of the conversation.
        var items: [SpokenItem] = []

        init(id: String, dialect: String, model: String, user: String? = nil) {
            self.id = id
            self.dialect = dialect
            self.model = model
            self.user = user
        }

        mutating func add(_ item: SpokenItem) {
            items.append(item)
            if items.count > Self.mostItems { items.removeFirst() }
        }

        mutating func change(_ id: String, _ change: (inout SpokenItem) -> Void) {
            guard let index = items.lastIndex(where: { $0.id == id }) else { return }
            change(&items[index])
        }

        mutating func refused(_ code: String) {
            errors += 1
            if errorCodes.count < Self.mostErrorCodes { errorCodes.append(code) }
        }
    }

    private static let kept = 1_000
    /// Number of sessions that keep their items; older ones keep only the figures.
    private static let keptWithItems = 200

    private let reports = Mutex<[Report]>([])

    var all: [Report] { reports.withLock { $0 } }

    func open(_ report: Report) {
        reports.withLock { reports in
            reports.append(report)
            if reports.count > Self.kept { reports.removeFirst() }
            if reports.count > Self.keptWithItems { reports[reports.count - 1 - Self.keptWithItems].items = [] }
        }
    }

    func update(_ id: String, _ change: (inout Report) -> Void) {
        reports.withLock { reports in
            guard let index = reports.lastIndex(where: { $0.id == id }) else { return }
            change(&reports[index])
        }
    }
}
