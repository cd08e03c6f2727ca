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
        private func options(in first: RunningSystem? = nil) -> RunningSystem.Options {
            var options = RunningSystem.Options()
            options.counts = [.gateway: 1, .relay: 1]
            options.simulatorArguments = ["--tones", "--pace", "2"]
            options.mongoURI = first?.mongoURI
            options.openAI = first?.openAI
            return options
        }

        private func event(_ id: String) -> ClientEvent {
            ClientEvent(
                eventId: id, data: .init(type: "TABLET_CHOICE", data: ["question": "Q1", "answer": "Option_B"]))
        }

        private func acknowledged(_ call: TrainingCall) async throws {
            try await eventually("acknowledged", within: .seconds(10)) { call.unacknowledged.isEmpty }
        }

        @Test func `a session runs on one machine, and on the other one only when the first is dead`() async throws {
            let first = try await RunningSystem.start(options())
            defer { first.stopSoon() }
            let second = try await RunningSystem.start(options(in: first))
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
            await #expect(throws: WebSocketClient.Failure.self, "the first one has it") { try await other.connect() }

            for service in [ServiceName.gateway, .relay] {
                first.process(service)?.signal(SIGKILL)
                try await first.process(service)?.exitCode()
            }
            try await eventually("the second one takes it over", within: .seconds(20)) {
                (try? await other.connect(fromStart: true)) != nil
            }
            other.send(.event(event("e2")))
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
            other.send(.event(event("e3")))
            try await acknowledged(other)
            other.send(.endSession)
            try await eventually("ended", within: .seconds(10)) {
                try await server.session(created.sessionId)["status"] == "ended"
            }
            guard case .array(let events)? = try await server.session(created.sessionId)["events"] else {
                Issue.record("no events")
                return
            }
            #expect(events.compactMap { $0["eventId"]?.string } == ["e1", "e2", "e3"], "\(second.tail)")
            let journals = first.folder.appending(path: "journal").path
            try await eventually("the first one's journal is settled", within: .seconds(10)) {
                try FileManager.default.contentsOfDirectory(atPath: journals) == ["cell"]
            }
        }
    }
}
