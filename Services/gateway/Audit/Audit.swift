import Domain
import Foundation
import Hummingbird
import Logging
import Metrics
import Storage

/// What the endpoints note about who looked and who changed.
struct Audit: Sendable {
    let log: AuditLog
    let store: any SessionStore
    let persons: Persons
    let identities: Identities
    let logger: Logger
    let now: @Sendable () -> Date

    /// Notes a look, without waiting for the database. What trainees and clients see of their own sessions is no look.
    func looked(_ action: AuditEntry.Action, at id: SessionID, by caller: Principal) {
        guard !caller.seesOnlyOwn else { return }
        log.note(entry(action, id, caller, nil))
    }

    /// Notes that a session was shown.
    ///
    /// - Parameter isBlind: without what the machine made of it.
    func shown(_ record: SessionRecord, isBlind: Bool = false, to caller: Principal) {
        looked(Self.look(at: record, isBlind: isBlind), at: record.sessionId, by: caller)
    }

    /// A session without a score has no numbers to show.
    static func look(at record: SessionRecord, isBlind: Bool) -> AuditEntry.Action {
        isBlind || record.score == nil ? .sessionReadBlind : .sessionRead
    }

    /// Notes a look at many sessions: which endpoint, which filter, and how many.
    func lookedAtMany(_ action: AuditEntry.Action, _ call: Call, count: Int) async throws {
        let caller = try call.context.caller()
        guard !caller.seesOnlyOwn else { return }
        let filters = call.query?.filters(naming: count > 0 ? await person(in: call, caller) : nil) ?? []
        let parts = [call.request.uri.path] + filters + ["\(count) sessions"]
        log.note(entry(action, nil, caller, parts.joined(separator: "; ").shortened(toBytes: 1_000)))
    }

    /// The name of the trainee whom a request asks for; nil without one, and while the database does not answer.
    private func person(in call: Call, _ caller: Principal) async -> String? {
        guard let asked = call.query?["traineeId"] else { return nil }
        var filter = SessionFilter(.all)
        filter.traineeId = asked
        do {
            let traineeId = try await identities.resolved(filter, of: caller, in: store).traineeId
            guard let traineeId, !traineeId.isEmpty else { return nil }
            return try await persons.name(of: traineeId)
        } catch {
            return nil
        }
    }

    /// Notes a change that concerns many sessions.
    func changedMany(_ action: AuditEntry.Action, by caller: Principal, _ detail: String) async {
        await keep(entry(action, nil, caller, detail))
    }

    /// Notes a change that has been stored. It is not undone when this fails: the session itself says who changed it.
    func changed(_ action: AuditEntry.Action, _ id: SessionID, by caller: Principal, _ detail: String? = nil) async {
        await keep(entry(action, id, caller, detail))
    }

    private func keep(_ entry: AuditEntry) async {
        do { try await store.add(entry, oncePer: nil) } catch {
            logger.error("an audit entry is lost", metadata: ["action": "\(entry.action)", "error": "\(error)"])
            Counter(label: AuditLog.lost).increment()
        }
    }

    /// Whether the caller has seen the machine's numbers of a session.
    func hasSeenNumbers(of id: SessionID, _ caller: Principal) async throws -> Bool {
        if log.hasLooked(caller.name, at: id) { return true }
        let filter = AuditFilter(sessionId: id, actor: caller.name)
        return try await store.audit(matching: filter, limit: 200, after: nil).items.contains {
            AuditEntry.Action.looks.contains($0.action)
        }
    }

    private func entry(
        _ action: AuditEntry.Action, _ id: SessionID?, _ caller: Principal, _ detail: String?
    ) -> AuditEntry {
        AuditEntry(
            time: now(), actor: caller.name, role: caller.role.rawValue, action: action, sessionId: id,
            detail: detail)
    }
}
