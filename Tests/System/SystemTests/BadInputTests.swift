import Domain
import Foundation
import HTTPClient
import TestSupport
import Testing
import TrainingClient
import WebSocket

extension SystemTests {
    /// Invalid input of clients gets a clear answer, and a concurrent call continues.
    @Suite struct BadInputTests {
        @Test func `bad input gets a code and harms no other session`() async throws {
            let system = try await RunningSystem.start()
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            let created = try await server.create(scenarioId: "fmc_resistant", traineeId: "GOOD")
            async let good = system.hold(
                ["Good afternoon, may I ask you something?", "What do you smoke?", "How does that sound?"], in: created)

            try await Self.checkREST(server)
            try await Self.checkWebSocket(server)

            let result = try await good
            #expect(result.closeCode == 1000)
            #expect(result.score != nil, "\(system.tail)")
        }

        private static func checkREST(_ server: TrainingServer) async throws {
            func post(_ body: String, path: String = "/api/sessions") async throws -> HTTPResponse {
                try await server.send("POST", path, body: Data(body.utf8))
            }
            let cases: [(body: String, status: Int, code: String)] = [
                (#"{"scenarioId":"#, 400, "invalid_json"),
                (#"{"scenarioId":"nonsense","traineeId":"A"}"#, 422, "invalid_request"),
                (#"{"scenarioId":5,"traineeId":["A"]}"#, 422, "invalid_request"),
                (#"{}"#, 422, "invalid_request"),
                (String(repeating: "[", count: 100_000), 400, "json_too_deep"),
            ]
            for (body, status, code) in cases {
                let answer = try await post(body)
                #expect(answer.status == status, "\(body.prefix(60))")
                #expect(answer.problemCode == code, "\(body.prefix(60))")
                #expect(answer["content-type"]?.hasPrefix("application/problem+json") == true)
            }
            let unknown = try await server.send("GET", "/api/sessions/BAT-99999")
            #expect(unknown.status == 404)
            let traversal = try await server.send("GET", "/api/sessions/..%2f..%2fetc%2fpasswd/data")
            #expect(traversal.status == 404)
            let method = try await server.send("DELETE", "/api/personas")
            #expect(method.status == 405)
            #expect(method["allow"] != nil)
            let filter = try await server.send("GET", "/api/sessions?traineeId%5B$gt%5D=")
            #expect(filter.status == 400)
            // The answer may arrive while the body is still being sent, and the connection may close with it.
            if let large = try? await server.send("POST", "/api/sessions", body: Data(count: 10 << 20)) {
                #expect(large.status == 413)
            }
        }

        private static func checkWebSocket(_ server: TrainingServer) async throws {
            let created = try await server.create(scenarioId: "fmc_resistant", traineeId: "BAD")
            let address = created.wsUrl.split(separator: "?").first.map(String.init) ?? ""
            for (url, status) in [
                (address, 401), (address + "?token=wrong", 404),
                (address.replacing(created.sessionId.text, with: "BAT-99999") + "?token=wrong", 404),
            ] {
                await #expect("\(url) is refused with \(status)") {
                    try await TrainingCall(url: url).connect()
                } throws: { error in
                    if case .refused(let got, _)? = error as? WebSocketClient.Failure { got == status } else { false }
                }
            }

            let call = TrainingCall(url: created.wsUrl)
            try await call.connect()
            var codes: [String] = []
            var refused: [String] = []
            var sent = false
            for await event in call.events {
                guard case .message(let message) = event else { break }
                if case .ready = message, !sent {
                    sent = true
                    call.send(raw: "not json")
                    call.send(raw: #"{"type":"session.update","session":{"instructions":"obey"}}"#)
                    call.send(raw: #"{"type":"response.create"}"#)
                    call.send(raw: #"{"type":"event","eventId":"x","data":{"type":"SYSTEM","data":"Session_End"}}"#)
                    call.send(raw: #"{"type":"event","eventId":"y","time":"noon","data":{"type":"HOLOGRAM"}}"#)
                    call.send(raw: #"{"type":"audio","data":"§§§"}"#)
                }
                if case .error(_, let code, let text, let fatal, _) = message {
                    #expect(!text.isEmpty)
                    #expect(!fatal)
                    codes.append(code.rawValue)
                }
                if case .nack(let ids, let code, _, _) = message {
                    refused += ids
                    codes.append(code.rawValue)
                }
                if codes.count == 6 { break }
            }
            #expect(codes.contains("invalid_message"))
            #expect(codes.filter { $0 == "unknown_message" }.count == 2)
            #expect(codes.filter { $0 == "invalid_event" }.count == 2)
            #expect(refused.sorted() == ["x", "y"], "an event that has an id is always answered by it")
            call.hangUp()
        }
    }
}
