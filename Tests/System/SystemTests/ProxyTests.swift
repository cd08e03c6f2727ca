import Domain
import Foundation
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// The only way out is a proxy, and only a private authority vouches for the model API.
    @Suite struct ProxyTests {
        @Test func `a whole call passes through the proxy, with the company's own authority`() async throws {
            let port = try FreePort.next()
            let folder = try TestFolders.temporary()
            let simulator = try ProcessUnderTest(
                "simulator", executable: TestFolders.binaries.appending(path: "openai-simulator"),
                arguments: ["--port", "\(port)"], folder: folder, log: folder.appending(path: "simulator.log"))
            try await eventually("the simulator is ready") { simulator.output.contains("ready http://") }
            let authority = try TestAuthority()
            let front = try await TLSFront(try authority.identity(for: "models.test"), to: port)
            let proxy = try ScriptedHTTPServer { request in
                request.target == "models.test:443" ? .tunnel(port: front.port) : .answer(status: 403)
            }
            defer {
                proxy.stop()
                // Deliberately unowned: it ends with the process that it stops.
                Task { await simulator.stop() }
            }
            var options = RunningSystem.Options()
            // The name exists nowhere, so that nothing reaches the models but through the proxy.
            options.openAI = URL(string: "https://models.test/v1")
            options.environment = [
                "https_proxy": "http://me:secret@127.0.0.1:\(proxy.port)", "CA_FILE": authority.file,
            ]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            let created = try await server.create(scenarioId: "fmc_resistant", traineeId: "REP_55", client: "unity-vr")
            let result = try await system.hold(
                ["Good afternoon! My name is Petra.", "What do you like about your cigarettes?"], in: created)

            let score = try #require(result.score, "no score: \(result.scoreError ?? "none") \(system.tail)")
            #expect((0...100).contains(score.overall))
            #expect(result.utterances.contains { $0.speaker == .avatar })
            #expect(!result.attitudes.isEmpty, "the supervisor's model was reached")
            // One connection of the relay, and at least one of each worker.
            #expect(proxy.requests.count >= 3)
            let credential = "Basic \(Data("me:secret".utf8).base64EncodedString())"
            for request in proxy.requests {
                #expect(request.method == "CONNECT" && request.target == "models.test:443")
                #expect(request.headers["proxy-authorization"] == credential)
                #expect(request.headers["authorization"] == nil)
            }
            for (name, log) in system.logs {
                #expect(!log.contains("me:secret") && !log.contains("sk-simulated"), "\(name)")
            }
            await front.stop()
        }
    }
}
