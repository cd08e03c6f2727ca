import Domain
import Foundation
import Logging
import Storage

/// Journals that no relay holds and whose sessions are not live: what only they have is stored, and none is deleted
/// before the store has all of it. A database that does not know the session proves nothing: it may be the wrong
/// one, or restored from a backup. Such a journal is kept as an orphan, and taken up when its session is known again.
struct LeftJournals: Sendable {
    /// Orphans that are looked at in one round.
    private static let mostAtOnce = 100
    /// Sessions per query.
    private static let mostAsked = 500
    /// How much earlier than the session a file may seem to be written, in seconds.
    private static let fileTimeTolerance = 2.0

    let journal: Journal
    let store: any SessionStore
    let logger: Logger

    // MARK: A session that is not live

    /// Stores what only the journal of an ended or unknown session has, then deletes the journal; or sets it aside.
    /// Does nothing while the store is unavailable.
    func settle(_ id: SessionID) async {
        do throws(JournalError) {
            let left = try await journal.open(id)
            do {
                try await settle(left, try await store.access(to: id))
            } catch {
                await left.release()
                logger.warning(
                    "a journal waits to be settled", metadata: ["sessionId": "\(id)", "error": "\(error)"])
            }
        } catch {
            logger.info("journal stays for now", metadata: ["sessionId": "\(id)", "error": "\(error)"])
        }
    }

    private func settle(_ left: SessionJournal, _ access: SessionAccess?) async throws {
        if left.isEmpty { return try await left.delete() }
        guard let access else {
            if try await store.erased(among: [left.id]).contains(left.id) { return try await deleteErased(left) }
            return try await setAside(left, "the database does not know the session")
        }
        guard access.startedAt != nil else { return try await setAside(left, "in the database it has not begun") }
        guard access.status == .ended else { return await left.release() }
        guard left.unreadable == 0 else { return try await setAside(left, "another version has written it") }
        let stored = try await store.facts(of: left.id)
        switch try await match(left, stored) {
        case .same: break
        case .forked:
            try await keepEvents(of: left)
            return try await left.delete()
        case .other: return try await setAside(left, "the database has another session of this number")
        }
        let known = Set(stored.map(\.seq))
        do {
            try await keep(left.recovered.filter { !known.contains($0.seq) }, of: left.id)
        } catch let error as StorageError where error.code != .unavailable {
            // Taken up again it would be refused again.
            return try await setAside(left, "the database does not take it: \(error)", forGood: true)
        }
        try await left.delete()
    }

    /// Events that were acknowledged here may be missing in a session that another process has ended: they are added as
    /// late events. Everything else is kept as facts.
    private func keep(_ missing: [RecordedFact], of id: SessionID) async throws {
        guard !missing.isEmpty else { return }
        let events = Self.events(missing)
        if !events.isEmpty { _ = try await store.addLateEvents(events, to: id) }
        try await store.record(missing, of: id, by: nil)
        logger.info(
            "kept what the journal of an ended session had",
            metadata: ["sessionId": "\(id)", "facts": "\(missing.count)", "events": "\(events.count)"])
    }

    private static func events(_ facts: [RecordedFact]) -> [SessionEvent] {
        facts.compactMap { fact in
            if case .event(let event) = fact.content, event.isFromClient { event } else { nil }
        }
    }

    // MARK: A journal beside which the session went on

    /// How a journal fits what the database has of its session.
    func match(_ left: SessionJournal, _ stored: [RecordedFact]) async throws -> JournalMatch {
        if Self.belongs(left.recovered, to: stored) { return .same }
        let epochs = try await store.epochs(of: left.id)
        return JournalMatch.isForked(left.recovered, stored, epochs) ? .forked : .other
    }

    /// Adds the client's events that only this journal has: they were acknowledged. What was said after the session was
    /// taken over is not part of it.
    func keepEvents(of left: SessionJournal) async throws {
        let events = Self.events(left.recovered)
        guard !events.isEmpty else { return }
        let added = try await store.addLateEvents(events, to: left.id)
        logger.info(
            "kept events from before a takeover",
            metadata: [
                "sessionId": "\(left.id)", "events": "\(added.results.count { $0 == .stored })",
            ])
    }

    // MARK: Erased sessions

    private func deleteErased(_ left: SessionJournal) async throws(JournalError) {
        try await left.delete()
        logger.notice("a journal of an erased session is deleted", metadata: ["sessionId": "\(left.id)"])
    }

    /// Deletes what this folder has of erased sessions, apart from journals, which are adopted and then deleted.
    func removeErased() async throws {
        let leftovers = try await journal.leftovers()
        for start in stride(from: 0, to: leftovers.count, by: Self.mostAsked) {
            let some = leftovers.dropFirst(start).prefix(Self.mostAsked)
            let erased = try await store.erased(among: Array(Set(some.map(\.id))))
            for leftover in some where erased.contains(leftover.id) {
                try await journal.remove(leftover)
                logger.notice(
                    "what was left of an erased session is deleted", metadata: ["sessionId": "\(leftover.id)"])
            }
        }
    }

    // MARK: Orphans

    /// Keeps a journal under a name that no relay adopts, and says so.
    func setAside(
        _ left: SessionJournal, _ reason: String, forGood: Bool = false
    ) async throws(JournalError) {
        let name = try await left.setAside(forGood: forGood)
        logger.error(
            "a journal is set aside",
            metadata: [
                "sessionId": "\(left.id)", "facts": "\(left.recovered.count)", "reason": "\(reason)",
                "file": "\(name)",
            ])
    }

    /// Makes orphans journals again whose sessions the database knows, so that they are adopted or settled.
    func takeUpOrphans() async {
        do {
            for orphan in try await journal.orphans().shuffled().prefix(Self.mostAtOnce) {
                guard let access = try await store.access(to: orphan.id), try await isKnown(orphan, access),
                    try await journal.takeUp(orphan)
                else { continue }
                logger.notice("an orphaned journal is taken up", metadata: ["sessionId": "\(orphan.id)"])
            }
        } catch {
            logger.debug("cannot look for orphaned journals", metadata: ["error": "\(error)"])
        }
    }

    private func isKnown(_ orphan: Journal.Orphan, _ access: SessionAccess) async throws -> Bool {
        // A later session of this number is another one.
        guard let startedAt = access.startedAt,
            orphan.lastWrite.timeIntervalSince(startedAt) > -Self.fileTimeTolerance
        else { return false }
        let contents = try await journal.contents(of: orphan)
        guard access.status == .active || contents.unreadable == 0 else { return false }
        return Self.belongs(contents.facts, to: try await store.facts(of: orphan.id))
    }

    /// Whether facts may be of the same session: what both have is the same. Numbers of sessions are counted per
    /// database, so that another one has other sessions under the same numbers.
    static func belongs(_ facts: [RecordedFact], to stored: [RecordedFact]) -> Bool {
        let known = Dictionary(stored.map { ($0.seq, $0) }, uniquingKeysWith: { first, _ in first })
        return facts.allSatisfy { fact in known[fact.seq].map { $0.isSame(as: fact) } ?? true }
    }
}

extension RecordedFact {
    /// Compares only what storing and reading back leaves unchanged.
    func isSame(as other: RecordedFact) -> Bool {
        abs(time - other.time) < 0.001 && content.kind == other.content.kind && eventId == other.eventId
    }
}

extension RecordedFact.Content {
    fileprivate var kind: String {
        switch self {
        case .utterance(let utterance): utterance.utteranceId
        case .event: "event"
        case .attitude: "attitude"
        case .supervisorLog: "supervisorLog"
        case .finding(let finding): finding.findingId
        case .outcomeClaim: "outcomeClaim"
        case .usage: "usage"
        case .phase(let phase): phase.rawValue
        case .draft(let draft): draft.itemId
        case .end: "end"
        }
    }
}
