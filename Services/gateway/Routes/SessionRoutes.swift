import Compliance
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Intake
import Logging
import Secrets
import Storage
import Wire

/// Session endpoints: create, list, show, submit events, retry scoring.
struct SessionRoutes: Sendable {
    let store: any SessionStore
    let sessions: VisibleSessions
    let secret: SessionSecret
    let addresses: ClientAddresses
    let creations: RateLimit
    let places: SessionPlaces
    let rules: RuleChoice
    let notices: Notices
    let audit: Audit
    let erasures: TraineeErasures
    let now: @Sendable () -> Date
    /// Whether a relay takes new sessions.
    let hasRelay: @Sendable () -> Bool
    /// Nil if this cell is the only one.
    let cells: KnownCells?
    let passing: BatchPassing
    /// Asks the relay that owns a session to store events.
    let submitEvents: @Sendable (SessionAccess, [ClientEvent]) async throws -> LateEvents.Answer

    // MARK: POST /api/sessions

    struct Created: Encodable {
        var sessionId: SessionID
        var wsUrl: String
        var wsToken: String
        var persona: PersonaView
        var scenario: ScenarioView
        var visibility: SessionVisibility
        /// What the client shows before the call: that an AI speaks.
        var notice: String
        var noticeVersion: Int
        var noticeLanguage: String
    }

    func create(_ call: Call) async throws -> Response {
        let caller = try call.context.caller()
        // Tickets must not multiply what their key may create.
        try creations.take(caller.name, .tooManySessions)
        do {
            return try await create(call, for: caller)
        } catch {
            // Only sessions that were created count.
            creations.giveBack(caller.name)
            throw error
        }
    }

    private func create(_ call: Call, for caller: Principal) async throws -> Response {
        let (body, bytes) = try await call.request.json()
        let wanted = try NewSessionRequest(
            body, trainee: caller.bounds?.traineeId, notices: NoticeClaim(notices: notices, now: now()))
        try Self.check(wanted, against: caller.bounds)
        try await erasures.refuse(caller)
        let settings = try rules.settings(for: wanted.market)
        let day = CalendarDay(now(), in: TimeZone(identifier: settings.timeZone) ?? .gmt)
        let (persona, scenario) = try Self.choose(wanted, among: try await store.personas().map { $0.on(day) })
        let idempotency = try Self.idempotency(
            call.request, body: Array(bytes.readableBytesView), trainee: caller.bounds?.traineeId)
        // The client would find nobody to talk to.
        guard hasRelay() || addresses.cellTemplate != nil && cells?.hasOthers == true else {
            throw RelayBridge.noRelay
        }
        let token =
            try idempotency.map { SessionToken.repeatable($0, createdBy: caller.name, secret: secret) }
            ?? SessionToken.random()
        var new = NewSession(
            traineeId: wanted.traineeId, persona: persona, scenario: scenario, client: wanted.client,
            metadata: wanted.metadata, tokenHash: token.hash, createdBy: caller.name, idempotency: idempotency,
            rules: settings, visibility: wanted.visibility, noticeShown: wanted.noticeShown,
            recordingNoticeShown: wanted.recordingNoticeShown)
        new.hints = wanted.hints
        let (record, isNew) = try await stored(new)
        if !isNew {
            guard token.matches(record.tokenHash) else {
                throw Problem(
                    .conflict, .idempotencyConflict,
                    "This Idempotency-Key created a session whose token cannot be returned again.")
            }
            creations.giveBack(caller.name)
        }
        let notice = notices.notice(
            in: [wanted.language].compactMap(\.self) + AcceptedLanguages.of(call.request) + [persona.language])
        let answer = Created(
            sessionId: record.sessionId,
            wsUrl: addresses.webSocket(
                of: record.sessionId, token: token, arrival: call.context.arrival,
                localAddress: call.context.localAddress,
                cell: addresses.cellTemplate == nil ? nil : cells?.place(record.owner)),
            wsToken: token.text, persona: PersonaView(record.persona, for: caller),
            scenario: ScenarioView(record.scenario, with: record.persona), visibility: record.visibility,
            notice: notice.text, noticeVersion: notice.version, noticeLanguage: notice.language)
        return try APIJSON.response(
            answer, status: .created, headers: [.location: "/api/sessions/\(record.sessionId.text)"])
    }

    /// A repeated request takes no place.
    private func stored(_ new: NewSession) async throws -> (record: SessionRecord, isNew: Bool) {
        if let earlier = try await store.earlierAnswer(to: new) { return (earlier, false) }
        return try await places.take(forTrainee: new.traineeId, key: new.createdBy) { try await store.create(new) }
    }

    /// - Throws: 403 for another trainee or scenario than those of the caller's ticket.
    private static func check(_ wanted: NewSessionRequest, against bounds: Ticket.Bounds?) throws(Problem) {
        guard let bounds else { return }
        guard wanted.traineeId == bounds.traineeId else {
            throw Problem(.forbidden, .forbidden, "The ticket is for another trainee.")
        }
        guard bounds.scenarioIds?.contains(wanted.scenarioId) ?? true else {
            throw Problem(.forbidden, .forbidden, "The ticket is not for this scenario.")
        }
    }

    /// - Throws: 422 that names the known scenarios, or the scenario's persona.
    static func choose(_ wanted: NewSessionRequest, among personas: [Persona]) throws(Problem) -> (Persona, Scenario) {
        for persona in personas {
            guard let scenario = persona.scenarios.first(where: { $0.id == wanted.scenarioId }) else { continue }
            guard wanted.personaId == nil || wanted.personaId == persona.id else {
                throw .invalid("/personaId", "is not the persona of this scenario, which is \(persona.id)")
            }
            return (persona, scenario)
        }
        let known = personas.flatMap(\.scenarios).map(\.id).sorted()
        throw .invalid(
            "/scenarioId",
            known.isEmpty ? "there are no scenarios yet" : "must be one of \(known.joined(separator: ", "))")
    }

    /// - Parameter trainee: of the caller's ticket. The tickets of one API key create sessions in the same name, and the
    ///   bodies of two trainees may be equal.
    private static func idempotency(
        _ request: Request, body: [UInt8], trainee: String?
    ) throws(Problem) -> NewSession.Idempotency? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Problem(
                .badRequest, .invalidIdempotencyKey, "Idempotency-Key must be 1 to 255 visible ASCII characters.")
        }
        return NewSession.Idempotency(key: trainee.map { "\($0)\n\(key)" } ?? key, requestDigest: SHA256.hex(of: body))
    }

    // MARK: GET /api/sessions

    func list(_ call: Call) async throws -> Response {
        let page = try await sessions.list(call)
        return try APIJSON.response(Listing(items: page.items, nextCursor: page.nextCursor))
    }

    func show(_ call: Call) async throws -> Response {
        let record = try await sessions.session(in: call)
        let caller = try call.context.caller()
        call.context.logger.info(
            "transcript shown",
            metadata: ["sessionId": "\(record.sessionId)", "by": "\(call.context.principal?.name ?? "")"])
        let isBlind = try record.isBlind && (caller.isBlinded || Self.asksBlindly(call))
        audit.shown(record, isBlind: isBlind, to: caller)
        return try APIJSON.response(sessions.view(record, for: caller, isBlind: isBlind))
    }

    /// Whether the caller wants to score a session of the blind sample, and therefore not to see the machine's numbers.
    private static func asksBlindly(_ call: Call) throws(Problem) -> Bool {
        switch call.query?["blind"] {
        case "true": true
        case nil, "false": false
        default: throw Problem(.badRequest, .invalidQuery, "blind must be true or false.")
        }
    }

    // MARK: POST /api/sessions/:id/events

    struct EventsStored: Encodable {
        var results: [EventResult]
        var stored: Int
        var duplicates: Int
        var invalid: Int
        /// True when the session had ended and is judged again because of these events; absent otherwise.
        var rejudging: Bool?
    }

    func addEvents(_ call: Call) async throws -> Response {
        let session = try await sessions.access(in: call)
        let body = try await call.request.json()
        let batch = try EventBatch(body.value)
        if session.status == .active, let cell = cells?.other(session.owner) {
            return try await pass(Data(body.bytes.readableBytesView), of: call, for: session.sessionId, to: cell)
        }
        let wellFormed = batch.events.compactMap { $0 }
        let answer =
            wellFormed.isEmpty
            ? LateEvents.Answer(results: [], isRejudging: false)
            : session.status == .ended
                ? try await LateEvents(store: store).submit(wellFormed, to: session, now: now())
                : try await submitEvents(session, wellFormed)
        guard answer.results.count == wellFormed.count else {
            throw Problem(
                .internalServerError, .internalError, "The number of results differs from the number of events.")
        }
        var answers = Array(answer.results.reversed())
        let malformed = EventResult(
            eventId: nil, status: .invalid, code: .invalidEvent,
            message: "an event is an object with type and data, and optionally time and eventId")
        let results = batch.events.map { $0 == nil ? malformed : answers.popLast() ?? malformed }
        return try APIJSON.response(
            EventsStored(
                results: results, stored: results.count { $0.status == .stored },
                duplicates: results.count { $0.status == .duplicate }, invalid: results.count { $0.status == .invalid },
                rejudging: answer.isRejudging ? true : nil))
    }

    private func pass(_ batch: Data, of call: Call, for session: SessionID, to cell: Cell) async throws -> Response {
        // Two cells that each take the other for the owner must not send a batch to and fro.
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { call.request.headers[$0] } }
        guard header(BatchPassing.mark) == nil else { throw CellPassing.unreachable }
        var headers: [String: String] = [:]
        for name in BatchPassing.headers { headers[name] = header(name) }
        let answer = try await passing.send(batch, headers: headers, for: session, to: cell)
        var fields: HTTPFields = [.contentType: answer.contentType, .cacheControl: "no-store"]
        fields[.retryAfter] = answer.retryAfter
        return Response(
            status: .init(code: answer.status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    // MARK: POST /api/sessions/:id/submit

    /// Makes a private session count. Trainers, who may not see it before, cannot do that.
    func submit(_ call: Call) async throws -> Response {
        let session = try await sessions.access(in: call)
        try await store.submit(session.sessionId)
        call.context.logger.info("session submitted", metadata: ["sessionId": "\(session.sessionId)"])
        let (record, caller) = (try await sessions.session(in: call), try call.context.caller())
        audit.shown(record, to: caller)
        return try APIJSON.response(sessions.view(record, for: caller))
    }

    // MARK: POST /api/sessions/:id/score

    /// Retries scoring or filing that has failed permanently, for example after an operator has fixed the cause.
    ///
    /// - Throws: 409 while the session is active, and when no job has failed.
    func retryScoring(_ call: Call) async throws -> Response {
        let session = try await sessions.access(in: call)
        guard session.status == .ended else {
            throw Problem(.conflict, .sessionNotEnded, "The session has not ended yet.")
        }
        guard try await store.retryFailedJobs(of: session.sessionId) else {
            throw Problem(.conflict, .nothingFailed, "Neither scoring nor filing has failed permanently.")
        }
        let (changed, caller) = (try await sessions.session(in: call), try call.context.caller())
        await audit.changed(.scoringRetried, session.sessionId, by: caller)
        audit.shown(changed, to: caller)
        return try APIJSON.response(sessions.view(changed, for: caller), status: .accepted)
    }
}
