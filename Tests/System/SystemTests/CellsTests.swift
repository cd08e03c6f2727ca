import Domain
import Foundation
import HTTPClient
import TestSupport
import Testing
import TrainingClient
import WebSocket

extension SystemTests {
    /// Two machines that know nothing of each other but the database.
    @Suite struct CellsTests {
        /// Starts both, which share a database and the simulator.
        private func start() async throws -> (RunningSystem, RunningSystem) {
            var options = RunningSystem.Options()
            options.counts = [.gateway: 1, .relay: 1]
            options.simulatorArguments = ["--tones", "--pace", "2"]
            options.environment = ["CELL_URL_TEMPLATE": "/c/{cell}", "DRAIN_SECONDS": "0"]
            options.mongoURI = try await SecantusDatabase.shared.uri()
            let port = try FreePort.next()
            options.simulatorPort = port
            var others = options
            others.openAI = URL(string: "http://127.0.0.1:\(port)/v1")
            async let first = RunningSystem.start(options)
            async let second = RunningSystem.start(others)
            return try await (first, second)
        }

        private func event(_ id: String) -> ClientEvent {
            ClientEvent(
                eventId: id, data: .init(type: "TABLET_CHOICE", data: ["question": "Q1", "answer": "Option_B"]))
        }

        private func acknowledged(_ call: TrainingCall) async throws {
            try await eventually("acknowledged", within: .seconds(10)) { call.unacknowledged.isEmpty }
        }

        @Test func `a session runs on one machine, and on the other one only when the first is dead`() async throws {
            let (first, second) = try await start()
            defer { first.stopSoon() }
            defer { second.stopSoon() }
            let server = TrainingServer(address: second.url.absoluteString)
            let created = try await TrainingServer(address: first.url.absoluteString).create(
                scenarioId: "fmc_resistant", traineeId: "REP_1")
            let elsewhere = created.wsUrl.replacing(":\(first.url.port ?? 0)/", with: ":\(second.url.port ?? 0)/")

            let call = TrainingCall(url: created.wsUrl)
            try await call.connect()
            call.send(.event(event("e1")))
            try await acknowledged(call)
            try await eventually("stored") {
                "\(try await server.session(created.sessionId))".contains("e1")
            }
            let other = TrainingCall(url: elsewhere)
            await #expect(throws: WebSocketClient.Failure.self, "the first one has it, and has no address") {
                try await other.connect()
            }
            await first.process(.relay)?.stop()
            try first.launch(.relay, instance: "1", environment: ["CELL_ADDRESS": first.url.absoluteString])
            try await eventually("the first one goes on with it", within: .seconds(10)) {
                (try? await call.connect()) != nil
            }
            try await eventually("it is passed on to the first one", within: .seconds(10)) {
                (try? await other.connect(fromStart: true)) != nil
            }
            other.send(.event(event("e2")))
            try await acknowledged(other)
            let asking = TrainingCall(url: elsewhere + "&moved=1")
            try await asking.connect()
            var answers = asking.events.makeAsyncIterator()
            guard case .message(.moved(let address))? = await answers.next() else {
                Issue.record("it is not told where the session is")
                return
            }
            #expect(address.contains("/c/") && address.hasSuffix("BAT-001?token=\(created.wsToken)"), "\(address)")

            // A batch goes to the first one too, and is not kept elsewhere while it cannot be reached.
            #expect(try await server.upload([event("b1")], to: created.sessionId).map(\.status) == ["stored"])
            for service in [ServiceName.gateway, .relay] {
                first.process(service)?.signal(SIGKILL)
                try await first.process(service)?.exitCode()
                await #expect(throws: (any Error).self) {
                    try await server.upload([event("b2")], to: created.sessionId)
                }
            }
            try await eventually("the second one takes it over", within: .seconds(20)) {
                (try? await other.connect(fromStart: true)) != nil
            }
            other.send(.event(event("e3")))
            try await acknowledged(other)
            try await eventually("what was stored is told again", within: .seconds(10)) {
                other.lastSeq >= call.lastSeq
            }

            try first.launch(.relay, instance: "1")
            try first.launch(.gateway, instance: "1")
            try await first.ready()
            let late = TrainingCall(url: created.wsUrl)
            await #expect(throws: WebSocketClient.Failure.self, "it is not the owner any more") {
                try await late.connect()
            }
            other.send(.event(event("e4")))
            try await acknowledged(other)
            other.send(.endSession)
            try await eventually("ended", within: .seconds(10)) {
                try await server.session(created.sessionId)["status"] == "ended"
            }
            let journals = first.folder.appending(path: "journal").path
            try await eventually("the first one's journal is settled", within: .seconds(10)) {
                try FileManager.default.contentsOfDirectory(atPath: journals) == ["cell"]
            }
            guard case .array(let events)? = try await server.session(created.sessionId)["events"] else {
                Issue.record("no events")
                return
            }
            #expect(
                events.compactMap { $0["eventId"]?.string }.sorted() == ["b1", "e1", "e2", "e3", "e4"],
                "what was acknowledged just before the death comes with the journal")
        }
    }
}
