import Compliance
import Conversation
import Domain
import Foundation
import Intake
import Logging
import Secrets
import Storage
import Wire

/// Turns a stored session into a live one: opens its journal, takes it over, and reads its record.
struct SessionOpener: Sendable {
    struct Opened: Sendable {
        var plan: SessionPlan
        var journal: SessionJournal
        /// What its writes name.
        var epoch: Int
    }

    let store: any SessionStore
    let journal: Journal
    let configuration: RelayConfiguration
    let handover: Handover?
    /// What the server has refused so far.
    let refused: RefusedSettings
    let pulse: CellPulse
    /// Name of this relay.
    let instance: String
    let logger: Logger
    let left: LeftJournals
    private let roles = RoleCache()

    init(
        store: any SessionStore, journal: Journal, configuration: RelayConfiguration, handover: Handover? = nil,
        refused: RefusedSettings = RefusedSettings(), pulse: CellPulse, instance: String, logger: Logger
    ) {
        self.refused = refused
        self.handover = handover
        self.pulse = pulse
        self.store = store
        self.journal = journal
        self.configuration = configuration
        self.instance = instance
        self.logger = logger
        left = LeftJournals(journal: journal, store: store, logger: logger)
    }

    /// Opens a session for a client that is connected.
    ///
    /// - Throws: the reason why the session cannot be taken over now.
    func open(_ id: SessionID) async throws(RelayMessage.Refusal) -> Opened {
        try await open(id, as: .connecting)
    }

    /// Takes over a session that no relay owns, for a client that may come back.
    ///
    /// - Throws: the reason why the session cannot, or need not, be taken over now.
    func adopt(_ id: SessionID) async throws(RelayMessage.Refusal) -> Opened {
        // The store first: while it is unavailable, no journal is locked, read and released again every second.
        let access = try await access(to: id)
        guard access.status == .active else { throw .ended }
        guard pulse.mayTake(access.owner) else { throw .otherCell }
        guard access.startedAt != nil else {
            // It was opened for a client, and that failed: the session has not begun.
            await left.settle(id)
            throw .notHere
        }
        return try await open(id, as: .suspended)
    }

    private func open(_ id: SessionID, as phase: SessionPhase) async throws(RelayMessage.Refusal) -> Opened {
        var journal = try await journal(of: id)
        let now = Date()
        let record: SessionRecord
        let epoch: Int
        let facts: [RecordedFact]
        do throws(RelayMessage.Refusal) {
            (record, epoch) = try await claim(id, as: phase, at: now)
            let earlier = try await earlier(record, journal)
            facts = earlier.facts
            journal = earlier.journal
        } catch {
            // Made a moment ago, for a session that belongs elsewhere.
            if error == .otherCell, journal.isEmpty { try? await journal.delete() } else { await journal.release() }
            throw error
        }
        var plan = plan(for: record, startedAt: record.startedAt ?? now)
        plan.earlierEvents = record.events.filter(\.isFromClient)
        if let startedAt = record.startedAt {
            logger.info("session taken over", metadata: ["sessionId": "\(id)", "facts": "\(facts.count)"])
            plan.facts = facts
            let latest = facts.map(\.time).max() ?? 0
            plan.elapsed = max(
                SessionTime(seconds: latest), SessionTime(seconds: Date().timeIntervalSince(startedAt)))
        }
        return Opened(plan: plan, journal: journal, epoch: epoch)
    }

    private func earlier(
        _ record: SessionRecord, _ journal: SessionJournal
    ) async throws(RelayMessage.Refusal) -> (facts: [RecordedFact], journal: SessionJournal) {
        do {
            return try await earlierFacts(of: record, journal)
        } catch {
            logger.warning("facts cannot be read", metadata: ["sessionId": "\(record.sessionId)", "error": "\(error)"])
            throw error is JournalError ? RelayMessage.Refusal.noJournal : .storageAway
        }
    }

    /// What another process has recorded of this session, and the journal to go on with. The journal is ahead of the
    /// store; the store has what a full disk refused, and everything where the journal is on another machine.
    private func earlierFacts(
        of record: SessionRecord, _ journal: SessionJournal
    ) async throws -> (facts: [RecordedFact], journal: SessionJournal) {
        guard record.startedAt != nil else {
            if journal.isEmpty { return ([], journal) }
            return ([], try await replace(journal, "in the database its session has not begun"))
        }
        let stored = try await store.facts(of: record.sessionId)
        switch try await left.match(journal, stored) {
        case .same: break
        case .forked:
            // What the database has is the history of the session; events that only this journal has still count.
            try await left.keepEvents(of: journal)
            try await journal.delete()
            return (stored, try await self.journal.open(journal.id))
        case .other:
            return (stored, try await replace(journal, "the database has another session of this number"))
        }
        // A fact that was refused and written again may be there twice. Numbers without a gap prove nothing: a full
        // disk may have refused the last facts.
        var facts = Dictionary(stored.map { ($0.seq, $0) }, uniquingKeysWith: { first, _ in first })
        for fact in journal.recovered { facts[fact.seq] = fact }
        return (facts.values.sorted { $0.seq < $1.seq }, journal)
    }

    private func replace(_ journal: SessionJournal, _ reason: String) async throws(JournalError) -> SessionJournal {
        try await left.setAside(journal, reason)
        return try await self.journal.open(journal.id)
    }

    private func access(to id: SessionID) async throws(RelayMessage.Refusal) -> SessionAccess {
        do {
            guard let access = try await store.access(to: id) else { throw RelayMessage.Refusal.notFound }
            return access
        } catch let refusal as RelayMessage.Refusal {
            throw refusal
        } catch {
            logger.warning("session cannot be read", metadata: ["sessionId": "\(id)", "error": "\(error)"])
            throw .storageAway
        }
    }

    /// Events of a session that is not live here.
    func submitLate(_ events: [ClientEvent], to id: SessionID, request: String) async -> RelayMessage {
        do {
            let session = try await access(to: id)
            let answer = try await LateEvents(store: store).submit(events, to: session, now: Date())
            return .eventsStored(id: request, results: answer.results, rejudging: answer.isRejudging)
        } catch let refusal as RelayMessage.Refusal {
            return .failed(id: request, refusal: refusal)
        } catch {
            logger.warning("late events cannot be stored", metadata: ["sessionId": "\(id)", "error": "\(error)"])
            return .failed(id: request, refusal: .storageAway)
        }
    }

    /// Claims the session for this relay, and returns the record as it was before.
    private func claim(
        _ id: SessionID, as phase: SessionPhase, at now: Date
    ) async throws(RelayMessage.Refusal) -> (SessionRecord, epoch: Int) {
        do {
            let claim = try await store.claim(
                id, as: Claimant(cell: pulse.cell, relay: instance, mayTake: pulse.mayTake), phase: phase,
                startedAt: now, realtimeModel: configuration.realtime.model)
            switch claim {
            case .taken(let record, let epoch): return (record, epoch)
            case .ended: throw RelayMessage.Refusal.ended
            case .held: throw RelayMessage.Refusal.otherCell
            }
        } catch let refusal as RelayMessage.Refusal {
            throw refusal
        } catch let error as StorageError where error.code == .notFound || error.code == .erased {
            throw .notFound
        } catch {
            logger.warning("session cannot be taken over", metadata: ["sessionId": "\(id)", "error": "\(error)"])
            throw .storageAway
        }
    }

    private func journal(of id: SessionID) async throws(RelayMessage.Refusal) -> SessionJournal {
        do throws(JournalError) {
            return try await journal.open(id)
        } catch {
            if error.code == .held { throw .heldElsewhere }
            logger.error("journal cannot be opened", metadata: ["sessionId": "\(id)", "error": "\(error)"])
            throw .noJournal
        }
    }

    private func plan(for record: SessionRecord, startedAt: Date) -> SessionPlan {
        let role = roles.role(record.persona, in: record.scenario)
        let profile = configuration.realtime.profile
        let rules = record.rules ?? RuleSettings()
        var settings = RealtimeSettings(
            instructions: role.instructions,
            voice: profile.voice(of: role.persona.voice, default: Voice.verse.rawValue),
            language: role.persona.language, transcriptionModel: configuration.transcriptionModel,
            reasoningEffort: configuration.reasoningEffort)
        settings.keywords = configuration.productNames.names(
            in: role.persona.language, more: role.persona.keywords ?? [])
        settings.optionalKeys = profile.optionalKeys
        settings.isConfirmed = profile.isConfirmed
        var plan = SessionPlan(
            sessionId: record.sessionId, tokenHash: record.tokenHash, persona: role.persona, scenario: role.scenario,
            // Stable over the trainee's sessions, and never the name.
            safetyIdentifier: String(SHA256.hex(of: "bat-vr-trainer/\(record.traineeId)").prefix(32)),
            startedAt: startedAt, rules: rules,
            checkEvent: EventCheck.by(
                rules, handover: handover, scenes: configuration.scenes, language: role.persona.language,
                startedAt: startedAt),
            settings: refused.applied(to: settings),
            limits: configuration.limits)
        plan.hints = record.hints == true
        plan.isRecorded = configuration.soundDirectory != nil && record.recordingNoticeShown == true
        return plan
    }
}
