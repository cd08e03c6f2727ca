import Bootstrap
import Domain
import HTTPTypes
import Logging
import NIOCore
import Storage
import Traces
import WebSocket
import Wire

/// Decides whether a client gets its WebSocket: it must be allowed to, and a relay must have a place for it.
struct Admission: Sendable {
    /// What runs on an upgraded connection.
    enum Seat: Sendable {
        case at(Attachment, ClientOptions)
        /// The session runs in another cell, which this client is told.
        case moved(to: String)
        /// The same, for a client that does not follow.
        case passed(Passage)
        /// Accepted only to be sent the reason for the refusal.
        case refused(Problem)
    }

    let store: any SessionStore
    let bridge: RelayBridge
    /// Nil if this cell is the only one.
    let cells: KnownCells?
    let passing: CellPassing
    let addresses: ClientAddresses
    let policy: OriginPolicy
    let proxies: ProxyTrust
    /// Limit on handshakes with made-up tokens per address: each asks every relay and the database.
    let strangers: RateLimit
    /// Hashes of tokens that were right: their clients come back whatever others behind their address do.
    let known = Acquaintances<String>()
    let readiness: Readiness
    let metrics: GatewayMetrics
    /// See `ClientOptions.timesRealTime`.
    let timesRealTime: Int
    /// Nil if nobody wants traces.
    let tracer: Tracer?
    let logger: Logger

    var upgrade: WebSocketUpgrade<Seat> {
        WebSocketUpgrade(
            handles: { $0.path.flatMap(Handshake.session(in:)) != nil },
            authorize: { request, peer in
                try await answer(request, proxies.arrival(of: request, from: peer?.ipAddress))
            },
            makeHandler: { seat, _ in
                switch seat {
                case .at(let attachment, let options):
                    ClientSocket(attachment, options: options, metrics: metrics, logger: logger)
                case .moved(let address): LastWordSocket(movedTo: address)
                case .passed(let passage): passage.take()
                case .refused(let problem): LastWordSocket(problem)
                }
            })
    }

    private func answer(_ request: HTTPRequest, _ arrival: Arrival) async throws -> WebSocketUpgrade<Seat>.Answer {
        guard let handshake = Handshake(request) else { throw refusal(Problem.sessionNotFound, request, "") }
        let requestId = RequestId.of(request.headerFields[.requestId])
        do {
            let seat = try await admit(handshake, request, arrival, requestId)
            return .accept(seat, subprotocol: handshake.selected)
        } catch {
            let problem = ErrorMiddleware.problem(for: error)
            logger.info(
                "client refused",
                metadata: [
                    "sessionId": "\(handshake.session.beginning(bytes: 32))", "code": "\(problem.code)",
                    "requestId": "\(requestId)", "cause": "\(problem.status.kind == .serverError ? "\(error)" : "")",
                ])
            guard handshake.wantsClose else { throw refusal(problem, request, requestId) }
            return .accept(.refused(problem), subprotocol: handshake.selected)
        }
    }

    private func admit(
        _ handshake: Handshake, _ request: HTTPRequest, _ arrival: Arrival, _ requestId: String
    ) async throws -> Seat {
        guard !readiness.isStopping else {
            throw Problem(.serviceUnavailable, .stopping, "The server is restarting.", retryAfter: 1)
        }
        let origin = request.headerFields[.origin]
        guard policy.answers(to: request.authority), policy.answers(to: arrival.authority),
            policy.allows(origin: origin, authority: arrival.authority)
        else {
            throw Problem(.forbidden, .originNotAllowed, "Pages of this origin may not connect.")
        }
        guard !handshake.isOtherVersion else {
            throw Problem(
                .upgradeRequired, .protocolVersion, "This server speaks \(Handshake.subprotocol).",
                headers: [.upgrade: "websocket", .secWebSocketProtocol: Handshake.subprotocol])
        }
        guard let token = handshake.token, !token.isEmpty else { throw Self.noToken }
        guard let id = SessionID(handshake.session) else { throw Problem.sessionNotFound }
        let shown = SessionToken(text: token)
        if !known.contains(shown.hash, at: arrival.client) { try strangers.check(arrival.client, .tooManyFailures) }
        if let attachment = await bridge.rejoin(id, tokenHash: shown.hash, requestId: requestId) {
            known.add(shown.hash, at: arrival.client)
            return seat(attachment, handshake, shown)
        }
        guard let session = try await store.access(to: id), shown.matches(session.tokenHash) else {
            try strangers.take(arrival.client, .tooManyFailures)
            // Session ids can be counted through: a foreign session must look like one that does not exist.
            throw Problem.sessionNotFound
        }
        known.add(shown.hash, at: arrival.client)
        guard session.status == .active else {
            throw Problem(.conflict, .sessionEnded, "The session has ended; its result is at /api/sessions/\(id).")
        }
        if let other = cells?.other(session.owner) {
            return try await self.other(other, shown, handshake, id, arrival)
        }
        return seat(try await bridge.attach(session, requestId: requestId), handshake, shown)
    }

    private func seat(_ attachment: Attachment, _ handshake: Handshake, _ token: SessionToken) -> Seat {
        var options = ClientOptions(binaryAudio: handshake.binaryAudio, timesRealTime: timesRealTime)
        options.span = tracer?.begin("client connection", in: TraceContext(ofCall: token.hash))
        return .at(attachment, options)
    }

    private func other(
        _ cell: Cell, _ token: SessionToken, _ handshake: Handshake, _ id: SessionID, _ arrival: Arrival
    ) async throws -> Seat {
        if handshake.followsMoved,
            let address = addresses.webSocket(of: id, token: token, in: cell.name, arrival: arrival)
        {
            return .moved(to: address)
        }
        // Two cells that each take the other for the owner must not send a client to and fro.
        guard !handshake.isPassedOn else { throw CellPassing.unreachable }
        return .passed(try await passing.connect(to: cell, id, token: token.text, handshake))
    }

    private static let noToken = Problem(
        .unauthorized, .invalidToken, "The session's wsToken is needed, in the query, as Bearer or as subprotocol.",
        headers: [.wwwAuthenticate: #"Bearer realm="bat-vr-trainer""#])

    private func refusal(_ problem: Problem, _ request: HTTPRequest, _ requestId: String) -> WebSocketRefusal {
        var headers = problem.headers
        headers[.contentType] = Problem.mediaType
        headers[.requestId] = requestId
        let path = request.path.map { String($0.prefix { $0 != "?" }) }
        return WebSocketRefusal(
            status: problem.status, headers: headers,
            body: String(buffer: problem.json(path: path, requestId: requestId)))
    }
}
