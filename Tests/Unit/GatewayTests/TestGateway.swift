import Bootstrap
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOPosix
import Storage
import TestSupport
import Wire

@testable import GatewayService

/// A whole gateway without sockets: requests go to its router, the store is in memory, the reports process is a
/// closure.
struct TestGateway {
    let store = MemorySessionStore()
    let folder: URL
    let parts: GatewayParts
    let logger: Logger
    let app: Application<RouterResponder<GatewayContext>>

    /// - Parameters:
    ///   - environment: settings in addition to its own folders.
    ///   - live: how long streams last; without sockets an answer arrives when it is complete.
    init(
        _ environment: [String: String] = [:], sockets: String? = nil, hasRelay: Bool = true,
        live: LiveTiming = .once,
        askReports: @escaping @Sendable (ReportsRequest) async throws -> ReportsReply = { _ in
            throw Problem(.serviceUnavailable, "reports_unavailable", "none here", retryAfter: 1)
        }
    ) async throws {
        let folder = try TestFolders.temporary("gw")
        self.folder = folder
        let settings = Settings(
            environment: [
                "DATA_DIR": folder.appending(path: "data").path,
                "SOCKET_DIR": sockets ?? folder.appending(path: "s").path,
                "WEB_DIR": TestFolders.package.appending(path: "Services/gateway").path, "INSTANCE_ID": "g1",
                "PERSONAS_DIR": TestFolders.package.appending(path: "Shared/Personas").path, "PORT": "0",
            ].merging(environment) { $1 })
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
        let context = try ServiceContext(service: .gateway, config: settings, logger: logger)
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var parts = GatewayParts(
            configuration: try GatewayConfiguration(settings), context: context, store: store,
            bridge: RelayBridge(
                in: context.sockets, instance: "g1", eventLoop: eventLoops.next(), logger: logger),
            askReports: { _, _, make in try await askReports(make("1")) }, hasRelay: { hasRelay })
        parts.liveTiming = live
        self.parts = parts
        let auditing = AuditWriter(log: parts.auditLog, store: store, logger: logger)
        // Ends with the test process.
        Task { try await auditing.run() }
        app = Application(responder: try parts.router().buildResponder(), logger: logger)
        try await store.seed([Fixtures.karel, Fixtures.eleni])
    }

    struct Answer {
        var status: Int
        var headers: HTTPFields
        var body: ByteBuffer

        var text: String { String(buffer: body) }
        var json: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView))) ?? .null }
        var code: String? { json["code"]?.string }
    }

    func send(
        _ method: HTTPRequest.Method, _ uri: String, key: String? = nil, headers: HTTPFields = [:],
        body: ByteBuffer? = nil
    ) async throws -> Answer {
        var headers = headers
        if let key { headers[.authorization] = "Bearer \(key)" }
        return try await app.test(.router) { [headers] client in
            let response = try await client.execute(uri: uri, method: method, headers: headers, body: body)
            return Answer(status: response.status.code, headers: response.headers, body: response.body)
        }
    }

    func get(_ uri: String, key: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, uri, key: key, headers: headers)
    }

    func post(_ uri: String, _ json: String, key: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        var headers = headers
        if !headers.contains(.contentType) { headers[.contentType] = "application/json" }
        return try await send(.post, uri, key: key, headers: headers, body: ByteBuffer(string: json))
    }

    /// Creates a session over the API.
    @discardableResult
    func newSession(
        trainee: String = "REP_55", scenario: String = "fmc_resistant", key: String? = nil
    ) async throws -> Answer {
        try await post("/api/sessions", #"{"scenarioId":"\#(scenario)","traineeId":"\#(trainee)"}"#, key: key)
    }

    /// Ends a session as a relay would, and scores it.
    func endAndScore(_ id: SessionID, outcome: Outcome = .converted) async throws {
        _ = try await store.end(
            id,
            with: EndRecord(
                endTrigger: "end_session", outcome: outcome, endedAt: Date(), durationMs: 61_000,
                facts: Fixtures.facts))
        let lease = Date().addingTimeInterval(60)
        _ = try await store.lease(.scoring, of: id, for: "s1", until: lease, now: Date())
        _ = try await store.finishScoring(id, owner: "s1", score: Fixtures.score, outcome: outcome)
    }
}

extension LiveTiming {
    /// Streams that end after their first event.
    static var once: LiveTiming {
        var timing = LiveTiming()
        timing.longest = .zero
        return timing
    }

    /// Streams that look often, so that tests do not wait.
    static var fast: LiveTiming {
        var timing = LiveTiming()
        timing.look = .milliseconds(20)
        return timing
    }
}
