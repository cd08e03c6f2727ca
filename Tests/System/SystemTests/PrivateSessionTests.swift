import Domain
import Foundation
import HTTPClient
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// A practice from its beginning until its trainee submits it.
    @Suite struct PrivateSessionTests {
        private static let keys =
            "unity:client:client-key-000001,anna:viewer:viewer-key-000001,boss:admin:admin-key-0000001"

        /// What a trainer learns of sessions without knowing an id.
        private static let overviews = [
            "/api/sessions", "/api/sessions?visibility=private", "/api/sessions?traineeId=PRACTISING", "/api/dashboard",
            "/api/dashboard/stats",
        ]

        @Test func `a practice is the trainee's own until it is submitted, and then counts once`() async throws {
            let batMan = try ScriptedHTTPServer { _ in .json("{}") }
            defer { batMan.stop() }
            var options = RunningSystem.Options()
            options.environment = ["API_KEYS": Self.keys, "BATMAN_API_URL": batMan.url + "/sessions"]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            func server(_ key: String) -> TrainingServer {
                TrainingServer(address: system.url.absoluteString, apiKey: key)
            }
            let trainee = server(try await Self.ticket(server("client-key-000001")))
            let viewer = server("viewer-key-000001")
            let admin = server("admin-key-0000001")

            let created = try await Self.practice(trainee)
            let id = created.sessionId
            #expect(try await viewer.send("GET", "/api/sessions/\(id)").status == 404, "from the beginning")
            let result = try await system.hold(
                ["Good afternoon! May I ask you what you smoke?", "What do you like about it?"], in: created)
            #expect(result.score != nil, "a practice is judged like any other: \(system.tail)")
            try await eventually("the practice is filed") {
                try await trainee.session(id)["dataFilesWritten"] == true
            }

            for path in Self.overviews {
                for trainer in [viewer, admin] {
                    let text = "\(try await trainer.json(path))"
                    #expect(!text.contains(id.text) && !text.contains("PRACTISING"), "\(path)")
                }
            }
            #expect(try await viewer.json("/api/dashboard/stats")["totalSessions"] == 0)
            for (method, path) in [("GET", ""), ("GET", "/report"), ("GET", "/data")] {
                let path = "/api/sessions/\(id)\(path)"
                #expect(try await viewer.send(method, path).problemCode == "session_not_found")
                #expect(try await admin.send(method, path).problemCode == "session_private")
            }
            for path in ["/submit", "/export", "/score"] {
                #expect(try await viewer.send("POST", "/api/sessions/\(id)\(path)").status == 403)
                #expect(try await admin.send("POST", "/api/sessions/\(id)\(path)").problemCode == "session_private")
            }
            #expect(batMan.requests.isEmpty)

            let own = try await trainee.json("/api/sessions")
            #expect(own["items"]?[0]?["sessionId"]?.string == id.text)
            #expect(own["items"]?[0]?["visibility"] == "private")
            let before = try await Self.report(of: id, trainee, in: system)
            #expect(before.contains("PRIVATE PRACTICE"))
            #expect(before.contains("shown the notice that an AI speaks: version 2, cs"))
            let file = system.folder.appending(path: "data/\(id)/session.json")
            #expect(try String(contentsOf: file, encoding: .utf8).contains(#""noticeShown""#))

            for _ in 0..<2 {
                #expect(try await trainee.send("POST", "/api/sessions/\(id)/submit").status == 200)
            }
            for trainer in [viewer, admin] {
                #expect(try await trainer.session(id)["visibility"] == "submitted")
                let dashboard = try await trainer.json("/api/dashboard?traineeId=PRACTISING")
                #expect(dashboard["items"]?[0]?["sessionId"]?.string == id.text && dashboard["items"]?[1] == nil)
                #expect(dashboard["stats"]?["totalSessions"] == 1)
                #expect(dashboard["stats"]?["scoredSessions"] == 1)
            }
            let after = try await Self.report(of: id, viewer, in: system)
            #expect(!after.contains("PRIVATE PRACTICE") && after.contains("Held as a private practice; submitted"))
            #expect((200...202).contains(try await admin.send("POST", "/api/sessions/\(id)/export").status))
            try await eventually("BatMan has it") { !batMan.requests.isEmpty }
            #expect(batMan.requests.count == 1)
        }

        private static func ticket(_ client: TrainingServer) async throws -> String {
            let body = Data(#"{"traineeId":"PRACTISING","scenarioIds":["fmc_resistant"]}"#.utf8)
            let answer = try await client.send("POST", "/api/tickets", body: body).expecting(201...201)
            return try #require(try JSONDecoder().decode(JSONValue.self, from: answer.body)["ticket"]?.string)
        }

        /// Creates a practice as a page does: after the notice.
        private static func practice(_ trainee: TrainingServer) async throws -> TrainingServer.Created {
            let notice = try await trainee.json("/api/notice?language=cs")
            #expect(notice["language"] == "cs")
            let body: JSONValue = [
                "scenarioId": "fmc_resistant", "visibility": "private", "client": "practice", "language": "cs",
                "noticeShown": [
                    "version": notice["version"] ?? .null, "language": "cs",
                    "time": .string(Date().formatted(.iso8601)),
                ],
            ]
            let answer = try await trainee.send("POST", "/api/sessions", body: try JSONEncoder().encode(body))
            #expect(
                try JSONDecoder().decode(JSONValue.self, from: answer.expecting(201...201).body)["notice"]
                    == notice["text"])
            return try JSONDecoder().decode(TrainingServer.Created.self, from: answer.body)
        }

        /// The text of the report, without line breaks.
        private static func report(
            of id: SessionID, _ server: TrainingServer, in system: RunningSystem
        ) async throws -> String {
            let pdf = system.folder.appending(path: "\(id)-\(UInt32.random(in: 0 ... .max)).pdf")
            try await server.download("/api/sessions/\(id)/report").write(to: pdf)
            return try await Shell.run("pdftotext", "-layout", pdf.path, "-").split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
        }
    }
}
