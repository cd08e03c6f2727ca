import Synchronization

/// What became of the Realtime sessions, for tests and for the curious (`GET /simulator/sessions`).
final class SessionRegistry: Sendable {
    struct Report: Codable, Sendable {
        var id: String
        var dialect: String
        var model: String
        var isOpen = true
        var events = 0
        var errors = 0
        var responses = 0
        var audioBytesIn = 0
        var audioBytesOut = 0
        var firstEvent: String?
    }

    private static let kept = 1_000

    private let reports = Mutex<[Report]>([])

    var all: [Report] { reports.withLock { $0 } }

    func open(_ report: Report) {
        reports.withLock { reports in
            reports.append(report)
            if reports.count > Self.kept { reports.removeFirst() }
        }
    }

    func update(_ id: String, _ change: (inout Report) -> Void) {
        reports.withLock { reports in
            guard let index = reports.lastIndex(where: { $0.id == id }) else { return }
            change(&reports[index])
        }
    }
}
