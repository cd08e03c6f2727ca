import Compliance
public import Domain
public import Foundation
public import Storage

/// Takes in events of a session that is no longer live, or not yet live, uploaded from a client's buffer. Every process
/// that receives such events uses it.
public struct LateEvents: Sendable {
    public struct Answer: Sendable {
        /// In the order of the events.
        public var results: [EventResult]
        /// The session is judged again because of them.
        public var isRejudging: Bool

        public init(results: [EventResult], isRejudging: Bool) {
            self.results = results
            self.isRejudging = isRejudging
        }
    }

    private let store: any SessionStore
    private let newId: @Sendable () -> String

    /// - Parameter newId: makes ids for events that have none, unique in the session.
    public init(
        store: any SessionStore,
        newId: @escaping @Sendable () -> String = { "server-\(UUID().uuidString.lowercased())" }
    ) {
        self.store = store
        self.newId = newId
    }

    /// Checks the events, dates them within the session, and stores those that are new.
    ///
    /// - Parameter now: when they arrived.
    /// - Throws: `StorageError`.
    public func submit(_ events: [ClientEvent], to session: SessionAccess, now: Date) async throws -> Answer {
        let end = session.durationMs.map { Double($0) / 1_000 }
        let arrival = session.startedAt.map { now.timeIntervalSince($0) } ?? 0
        var clock = EventClock()
        let dates = clock.dates(of: events.map(\.time), arrival: arrival, end: end ?? arrival)
        let checked = zip(events, dates).map { event, date in
            Result { () throws(ClientEvent.Refusal) in try event.checked(at: date, newId: newId) }
        }
        let added = try await store.addLateEvents(checked.compactMap { try? $0.get() }, to: session.sessionId)
        var stored = added.results[...]
        let results = zip(events, checked).map { event, result -> EventResult in
            switch result {
            case .failure(let refusal):
                return .init(eventId: event.eventId, refusal)
            case .success(let checked):
                return self.result(of: checked, stored.popFirst() ?? .duplicate, in: session)
            }
        }
        return Answer(results: results, isRejudging: added.isRejudging)
    }

    private func result(
        of event: SessionEvent, _ stored: LateEventsAdded.Result, in session: SessionAccess
    ) -> EventResult {
        if stored == .full { return .init(eventId: event.eventId, SessionEvent.tooMany()) }
        if stored == .reused { return .init(eventId: event.eventId, SessionEvent.reusedId) }
        let rules = session.rules ?? RuleSettings()
        if let refusal = rules.refusal(of: event, sessionDate: session.startedAt ?? Date()) {
            return .init(eventId: event.eventId, refusal)
        }
        return .init(eventId: event.eventId, status: stored == .stored ? .stored : .duplicate)
    }
}
