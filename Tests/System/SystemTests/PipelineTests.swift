import Domain
import Foundation
import HTTPClient
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// What follows a call if something on the way fails.
    @Suite struct PipelineTests {
        @Test func `a failing model ends in a recorded failure, and the files are still written`() async throws {
            let system = try await RunningSystem.start()
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            try await system.fault(["faults": [["kind": "chat_status", "status": 500]]])
            let created = try await server.create(scenarioId: "fmc_resistant", traineeId: "UNLUCKY")
            let result = try await system.hold(["Good afternoon, may I ask you something?"], in: created)
            #expect(result.outcome != nil)
            #expect(result.score == nil)
            #expect(result.scoreError != nil, "the client is told that there is no score: \(system.tail)")
            try await eventually("scoring is given up", within: .seconds(120)) {
                try await server.session(created.sessionId)["pipeline"]?["scoring"]?["state"]?.string == "failed"
            }
            try await eventually("the files are written") {
                try await server.session(created.sessionId)["dataFilesWritten"]?.bool == true
            }
        }

        @Test func `a second supervisor started manually takes sessions, and one that is stopped loses none`()
            async throws
        {
            var options = RunningSystem.Options()
            options.environment = ["SUPERVISOR_DEBOUNCE_MS": "200"]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            try system.launch(.supervisor, instance: "by-hand")
            try await system.ready()
            await system.process(.supervisor, "1")?.stop()
            let created = try await server.create(scenarioId: "fmc_resistant", traineeId: "REP_2")
            let result = try await system.hold(
                ["Good afternoon! What do you smoke?", "What bothers you about it?", "How does that sound?"],
                in: created)
            #expect(result.attitudes.count > 1, "the worker that was added judges: \(system.tail)")
            #expect(result.score != nil)
        }

        @Test func `without a database a new session is refused with 503 and the processes stay up`() async throws {
            let database = try RestartableDatabase()
            try await database.start()
            var options = RunningSystem.Options()
            options.mongoURI = database.uri
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            _ = try await server.create(scenarioId: "fmc_resistant", traineeId: "BEFORE")
            await database.running?.stop()
            let answer = try await server.send(
                "POST", "/api/sessions", body: Data(#"{"scenarioId":"fmc_resistant","traineeId":"AFTER"}"#.utf8))
            #expect(answer.status == 503)
            #expect(answer["retry-after"] != nil)
            #expect(try await server.send("GET", "/healthz").status == 200)
            #expect(try await server.send("GET", "/readyz").status == 503)
            for service in ServiceName.allCases { #expect(system.process(service)?.isRunning == true) }
        }
    }
}

extension RunningSystem {
    /// Activates faults of the simulator at run time.
    func fault(_ faults: JSONValue) async throws {
        let address = openAI.absoluteString.replacing("/v1", with: "/simulator/faults")
        _ = try await HTTPClient.shared.send(
            HTTPRequest(
                "POST", address, headers: ["Content-Type": "application/json"], body: JSONEncoder().encode(faults))
        ).expecting(200...204)
    }
}
