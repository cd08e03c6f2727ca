import Domain
import JSON
import Storage

/// `GET /api/sessions/:id/live`: event `state` with the session as `GET /api/sessions/:id` shows it, then `change` with
/// patches of it, until it is scored and filed.
struct LiveSessionSource: LiveSource {
    let id: SessionID
    let store: any SessionStore
    let caller: Principal
    let sessions: VisibleSessions
    let audit: Audit
    private var record: SessionRecord
    /// Of the last fact in the record; nil if the session is not live.
    private var seq: Int?
    private var told = OrderedJSON.null
    /// What the audit knows of this stream.
    private var noted: AuditEntry.Action?

    /// - Throws: 404 or 409 for a session that the caller may not see.
    init(
        _ id: SessionID, in store: any SessionStore, for caller: Principal, sessions: VisibleSessions, audit: Audit
    ) async throws {
        guard let (record, seq) = try await store.watched(id) else { throw Problem.sessionNotFound }
        if let refusal = caller.refusal(of: SessionAccess(record)) { throw refusal }
        self.id = id
        self.store = store
        self.caller = caller
        self.sessions = sessions
        self.audit = audit
        self.record = record
        self.seq = seq
    }

    /// Whether nothing more is to come: the session has ended, and nobody is to score or file it any more.
    var isOver: Bool {
        func isUnderWay(_ job: Pipeline.Job) -> Bool { job.state == .pending || job.state == .leased }
        return record.status == .ended && !isUnderWay(record.pipeline.scoring) && !isUnderWay(record.pipeline.files)
    }

    mutating func first() throws -> LiveNews {
        told = try view()
        return LiveNews(events: [LiveEvent("state", told)], isOver: isOver)
    }

    mutating func news() async throws -> LiveNews {
        switch try await look() {
        case .gone: return LiveNews(isOver: true)
        case .same: return LiveNews(isOver: isOver)
        case .changed: break
        }
        let next = try view()
        defer { told = next }
        let patch = Patch.patch(from: told, to: next)
        return LiveNews(events: patch.map { [LiveEvent("change", $0)] } ?? [], isOver: isOver)
    }

    private enum Look {
        case same, changed
        /// Or no longer the caller's to see.
        case gone
    }

    private mutating func look() async throws -> Look {
        // Facts are read only from the last one on: the whole record of a long call is large.
        if let last = seq {
            guard let access = try await store.access(to: id), caller.refusal(of: access) == nil else { return .gone }
            if access.status == .active, access.startedAt == record.startedAt,
                access.visibility == record.visibility
            {
                let facts = try await store.facts(of: id, after: last)
                guard let latest = facts.last else { return .same }
                record.fold(facts)
                seq = latest.seq
                return .changed
            }
        }
        guard let (fresh, freshSeq) = try await store.watched(id), caller.refusal(of: SessionAccess(fresh)) == nil
        else { return .gone }
        (record, seq) = (fresh, freshSeq)
        return .changed
    }

    private mutating func view() throws -> OrderedJSON {
        let isBlind = record.isBlind && caller.isBlinded
        // A score may come while somebody watches.
        let look = Audit.look(at: record, isBlind: isBlind)
        if look != noted { audit.looked(look, at: id, by: caller) }
        noted = look
        return try APIJSON.tree(sessions.view(sessions.shown(record, to: caller), for: caller, isBlind: isBlind))
    }
}
