import Bootstrap
import Domain
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Storage
import Synchronization
import TestSupport
import WebSocket
import Wire

@testable import Conversation
@testable import RelayService

/// A relay with everything around it on real sockets: gateway, OpenAI, supervisor, scoring, reports. Only the store is
/// in memory.
struct RelayHouse {
    let sockets: SocketDirectory
    let journalFolder: String
    let store = MemorySessionStore()
    let openAI: ScriptedOpenAI
    let supervisor = ScriptedSupervisor()
    let filed = SharedMutex<[SessionID]>([])
    /// While true, the reports process takes requests and does not answer.
    let reportsHang = SharedMutex(false)
    /// The running relay's.
    let pulse = SharedMutex<CellPulse?>(nil)
    /// The hash of every session's token.
    static let tokenHash = "x"
    private let logger = Logger(label: "relay-tests") { _ in SwiftLogNoOpLogHandler() }

    init(_ habits: ScriptedOpenAI.Habits = .init()) throws {
        openAI = ScriptedOpenAI(habits)
        let folder = try TestFolders.temporary("bat-relay")
        sockets = SocketDirectory(root: folder.path)
        journalFolder = folder.appending(path: "journal").path
    }

    /// Runs everything while `body` runs, then stops it as SIGTERM does.
    func run(
        _ environment: [String: String] = [:], supervised: Bool = true, _ body: (String) async throws -> Void
    ) async throws {
        let outside = ServiceGroup(
            configuration: .init(services: [openAI.service()] + (try others(supervised)), logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await outside.run() }
            try await openAI.listening()
            let relay = ServiceGroup(configuration: .init(services: try await relay(environment), logger: logger))
            tasks.addTask { try await relay.run() }
            let path = try sockets.socket(of: .relay, instance: "r1")
            do {
                try await eventually("the relay listens") {
                    (try? LoopbackSocket.connected(path: path)).map { Foundation.close($0) } == 0
                }
                try await body(path)
            } catch {
                tasks.cancelAll()
                throw error
            }
            await relay.triggerGracefulShutdown()
            try await tasks.next()
            await outside.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func relay(_ environment: [String: String]) async throws -> [any Service] {
        var settings = [
            "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": openAI.url, "DRAIN_SECONDS": "0", "CELL": "tests",
        ]
        settings.merge(environment) { _, given in given }
        var configuration = try RelayConfiguration(Settings(environment: settings))
        configuration.journalDirectory = journalFolder
        let journal = try Journal(directory: journalFolder, logger: logger)
        let hello = Hello(service: .relay, instance: "r1")
        let scoring = RequestClient(of: .scoring, in: sockets, as: hello, logger: logger)
        let reports = RequestClient(of: .reports, in: sockets, as: hello, logger: logger)
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let handler = try await RelayParts(
            configuration: configuration, store: store, journal: journal,
            client: WebSocketClient(group: loops, rules: configuration.outgoing), scoring: scoring,
            reports: reports, sockets: sockets, instance: "r1", loop: loops.next(), logger: logger)
        pulse.withLock { $0 = handler.pulse }
        let server = UnixServer(
            at: sockets, service: .relay, instance: "r1",
            status: StatusEndpoints(readyz: { (true, "{}") }, metrics: { "" }), logger: logger, on: loops,
            sessions: handler.accept)
        return [journal, scoring, reports, handler.supervisors, handler.pulse, handler, handler.adoption, server]
    }

    private func others(_ supervised: Bool) throws -> [any Service] {
        let status = StatusEndpoints(readyz: { (true, "{}") }, metrics: { "" })
        let (store, filed, supervisor, reportsHang) = (store, filed, supervisor, reportsHang)
        let scoring = UnixServer(at: sockets, service: .scoring, instance: "s1", status: status, logger: logger) {
            link in
            try await link.answer(ScoringRequest.self) { request -> ScoringReply in
                guard case .score(let id, let session) = request else {
                    return .failed(id: "", sessionId: Fixture.id, code: "x", message: "", final: true)
                }
                let until = Date().addingTimeInterval(60)
                guard
                    let record = try? await store.lease(.scoring, of: session, for: "s1", until: until, now: Date()),
                    (try? await store.finishScoring(
                        session, owner: "s1", score: .sample, outcome: record.outcome ?? .rejected)) == true
                else { return .failed(id: id, sessionId: session, code: "not_due", message: "", final: true) }
                return .scored(id: id, sessionId: session)
            }
        }
        let reports = UnixServer(at: sockets, service: .reports, instance: "p1", status: status, logger: logger) {
            link in
            try await link.answer(ReportsRequest.self) { request -> ReportsReply in
                guard case .file(let id, let session) = request else {
                    return .failed(id: "", code: "x", message: "")
                }
                while reportsHang.withLock({ $0 }), !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(10))
                }
                filed.withLock { $0.append(session) }
                return .filed(id: id, sessionId: session)
            }
        }
        let worker = UnixServer(
            at: sockets, service: .supervisor, instance: "w1", status: status, logger: logger, serve: supervisor.serve)
        return [scoring, reports] + (supervised ? [worker] : [])
    }

    func newSession() async throws -> SessionID {
        try await store.create(
            NewSession(
                traineeId: "REP_55", persona: Fixture.persona, scenario: Fixture.scenario, client: "unity-vr",
                metadata: .object([:]), tokenHash: Self.tokenHash, createdBy: "tests", idempotency: nil)
        ).record.sessionId
    }

    /// A new session whose first client is connected and ready.
    ///
    /// - Returns: the session, the gateway with the client as number 1, and the upstream connection.
    func call(
        at path: String
    ) async throws -> (id: SessionID, gateway: ScriptedGateway, line: ScriptedOpenAI.Line) {
        let id = try await newSession()
        let gateway = try await ScriptedGateway.connect(to: path)
        try await gateway.attach(1, id)
        try await gateway.message(1, "ready")
        return (id, gateway, try await openAI.line())
    }

    func record(_ id: SessionID) async throws -> SessionRecord {
        try await store.session(id).orThrow()
    }
}

/// A worker that keeps what it receives and sends what the test tells it to.
final class ScriptedSupervisor: Sendable {
    private let state = Mutex<(told: [SupervisorMessage], links: [Connection])>(([], []))

    var told: [SupervisorMessage] { state.withLock { $0.told } }

    @Sendable func serve(_ connection: Connection) async throws {
        state.withLock { $0.links.append(connection) }
        for try await packet in connection.packets {
            let message = try packet.decode(SupervisorMessage.self)
            state.withLock { $0.told.append(message) }
        }
    }

    func say(_ message: SupervisorMessage) throws {
        for link in state.withLock({ $0.links }) { try link.send(message) }
    }

    /// The sessions that were opened here, in order.
    var opened: [SessionID] { told.compactMap { if case .open(let snapshot) = $0 { snapshot.sessionId } else { nil } } }

    /// Closes every link, as a worker does that is killed.
    func hangUp() {
        let links = state.withLock { state in
            defer { state.links = [] }
            return state.links
        }
        for link in links { link.close() }
    }
}

/// A mutex that can be captured.
final class SharedMutex<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
    func withLock<Result: Sendable>(_ body: @Sendable (inout Value) -> Result) -> Result {
        value.withLock { value in body(&value) }
    }
}

extension Scorecard {
    static let sample = Scorecard(
        overall: 75, categories: ["empathy": 80], highlights: [], improvements: [], summary: "Solid.", verdict: .passed,
        failReasons: [], details: [], salesSteps: [], findings: [], samples: [75], spread: 0, needsReview: false,
        flags: [],
        model: "gpt-4.1", rubricVersion: 1, promptVersion: 1)
}
