import Domain
import Foundation
import HTTPClient
import Logging
import TestSupport
import Testing
import TrainingClient

@testable import Storage

extension SystemTests {
    /// What is left of a trainee who was erased: nothing.
    @Suite struct ErasureTests {
        private static let trainee = "Marketa-Traineeova"
        private static let marker = "zanzibarine"

        @Test func `nothing anywhere names or quotes an erased trainee, and nothing comes back`() async throws {
            let batMan = try ScriptedHTTPServer { _ in .answer(status: 200) }
            defer { batMan.stop() }
            var options = RunningSystem.Options()
            options.environment = ["AUDIO_RECORDING": "on", "BATMAN_API_URL": batMan.url + "/in"]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            let path = "/api/trainees/\(Self.trainee)"

            let first = try await create(server)
            let result = try await system.hold(["Good afternoon! Do you know \(Self.marker)?"], in: first)
            #expect(result.score != nil, "\(system.tail)")
            let id = first.sessionId
            try await eventually("files are written") {
                try await server.session(id)["dataFilesWritten"]?.bool == true
            }
            for kind in ["report", "data", "recording"] { _ = try await server.download("/api/sessions/\(id)/\(kind)") }
            #expect(try await server.send("POST", "/api/sessions/\(id)/export").status == 200)
            #expect(try await server.send("GET", "/api/progress?traineeId=\(Self.trainee)").status == 200)
            #expect(try await server.download("\(path)/data").count > 100)

            let second = try await create(server)
            let call = TrainingCall(url: second.wsUrl)
            try await call.connect()
            for await event in call.events { if case .message(.ready) = event { break } }
            call.send(raw: #"{"type":"text","text":"And \#(Self.marker) again?"}"#)
            try await eventually("the second call is recorded") {
                try await "\(server.session(second.sessionId))".contains(Self.marker)
            }
            let journals = system.folder.appending(path: "journal")
            let journal = try Data(contentsOf: journals.appending(path: "\(second.sessionId).journal"))
            #expect(try await found(system).isEmpty == false, "the search finds what there is")

            let answer = try await server.send("DELETE", path)
            #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
            let valid = try await server.send("POST", "/api/receipts/verify", body: answer.body)
            #expect(String(decoding: valid.body, as: UTF8.self) == #"{"valid":true}"#)
            var closed: Int?
            for await event in call.events {
                guard case .closed(let code, _) = event else { continue }
                closed = code
                break
            }
            #expect(closed == 4404)
            try await expectNothing(system)
            try await eventually("BatMan is told") { batMan.requests.map(\.method) == ["POST", "DELETE"] }
            #expect(batMan.requests.last?.target.hasPrefix("/in/") == true)

            // As a backup or a machine that was down would bring it back.
            for name in ["\(second.sessionId).journal", "\(id).orphan"] {
                try journal.write(to: journals.appending(path: name))
            }
            let folder = system.folder.appending(path: "data/\(id)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(Self.marker.utf8).write(to: folder.appending(path: "transcript.json"))
            await system.process(.reports)?.stop()
            try system.launch(.reports, instance: "1")
            await system.process(.relay)?.stop()
            try system.launch(.relay, instance: "1")
            try await expectNothing(system)
        }

        private func create(_ server: TrainingServer) async throws -> TrainingServer.Created {
            let body: JSONValue = [
                "scenarioId": "fmc_resistant", "traineeId": .string(Self.trainee), "recordingNoticeShown": true,
                "metadata": ["note": .string(Self.marker)],
            ]
            let answer = try await server.send("POST", "/api/sessions", body: try JSONEncoder().encode(body))
            return try JSONDecoder().decode(TrainingServer.Created.self, from: answer.expecting(201...201).body)
        }

        private func expectNothing(_ system: RunningSystem) async throws {
            let left = LeftBehind()
            do {
                try await eventually("nothing is left", within: .seconds(20)) {
                    let found = try await found(system)
                    await left.note(found)
                    return found.isEmpty
                }
            } catch {
                Issue.record("left: \(await left.found)")
            }
        }

        private actor LeftBehind {
            var found: [String] = []
            func note(_ found: [String]) { self.found = found }
        }

        /// Where the marker or the trainee's id stands: files of the system, and documents of every collection. The
        /// simulator stands for OpenAI, which is not ours.
        private func found(_ system: RunningSystem) async throws -> [String] {
            let needles = [Self.trainee, Self.marker].map { Data($0.utf8) }
            func isIn(_ data: Data) -> Bool { needles.contains { data.range(of: $0) != nil } }
            var found: [String] = []
            for name in try FileManager.default.subpathsOfDirectory(atPath: system.folder.path)
            where name != "simulator.log" {
                if let data = try? Data(contentsOf: system.folder.appending(path: name)), isIn(data) {
                    found.append(name)
                }
                // Compressed, so the words do not show.
                if [".pdf", ".zip", ".wav", ".sound"].contains(where: name.hasSuffix) { found.append(name) }
            }
            let pool = try MongoPool(MongoConfiguration(uri: system.mongoURI))
            let list = try await pool.run(["listCollections": 1, "nameOnly": true])
            let names =
                list["cursor"]?.document?["firstBatch"]?.array?.compactMap { $0.document?["name"]?.string } ?? []
            #expect(names.count > 5)
            for name in names {
                let reply = try await pool.run([
                    "find": .string(name), "batchSize": 100_000, "singleBatch": true,
                ])
                for document in reply["cursor"]?.document?["firstBatch"]?.array?.compactMap(\.document) ?? [] {
                    if isIn(Data(BSONWriter.bytes(of: document))) { found.append("\(name): \(document)") }
                }
            }
            await pool.close()
            return found
        }
    }
}
