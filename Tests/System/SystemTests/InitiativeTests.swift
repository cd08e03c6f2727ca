import Domain
import Foundation
import HTTPClient
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// A customer who sees what happens, speaks first, minds silence and has a train to catch.
    @Suite struct InitiativeTests {
        @Test func `a device handed over without an age check is remarked on after two seconds, once`() async throws {
            let system = try await System.shared.system()
            try await system.call("fmc_resistant") { call in
                try await call.headset.say("Good afternoon! What do you smoke?")
                try await call.headset.listen(quietMs: 1_500)
                let before = try call.requests()
                let handedAt = ContinuousClock.now
                call.headset.call.send(.event(System.handover("e1")))
                try await call.headset.wait("the scene is told", within: .seconds(5)) {
                    (try? call.scenes().count) == 1
                }
                #expect(ContinuousClock.now - handedAt < .milliseconds(400), "100 ms, and a busy machine")
                try await call.headset.wait("an answer is requested", within: .seconds(5)) {
                    (try? call.requests()) == before + 1
                }
                let waited = ContinuousClock.now - handedAt
                #expect(waited >= .milliseconds(2_000) && waited < .milliseconds(2_700), "\(waited)")
                try await call.headset.wait("the remark") { call.says("Don't you have to ask how old I am?") }
                try await call.headset.pause(milliseconds: 4_500)
                #expect(try call.requests() == before + 1, "once")
                #expect(try call.scenes() == ["[scene] The other person puts a glo device into your hand."])
                try await call.headset.end()
            }
            try await system.expectValidEvents()
        }

        @Test func `a scenario in which the customer begins`() async throws {
            let system = try await System.shared.system()
            try await system.call("newcomer_confused") { call in
                try await call.headset.wait("the first words") { call.says("Sorry, is this one of those vapes?") }
                let ready = try #require(call.headset.log.messages("ready").first?.atMs)
                let began = try #require(call.headset.log.items.first?.startMs)
                #expect((1_500...4_000).contains(began - ready), "\(began - ready) ms after ready")
                try await call.headset.say("Good afternoon! No, it is a tobacco heater.")
                try await call.headset.listen()
                try await call.headset.end()
                #expect(try call.items("[opening]").count == 1)
            }
            // A trainee who is faster is answered.
            try await system.call("newcomer_confused") { call in
                try await call.headset.say("Good afternoon! What do you smoke?")
                try await call.headset.listen()
                try await call.headset.end()
                #expect(try call.items("[opening]").isEmpty)
            }
            try await system.expectValidEvents()
        }

        @Test func `silence leads to two reactions and to a customer who leaves`() async throws {
            let system = try await System.shared.system()
            try await system.call("hostile_car_park") { call in
                try await call.headset.waitForEnd()
                let record = try await call.record()
                #expect(record["endTrigger"] == "end_conversation:walked_away")
                let spoken = call.headset.log.items
                #expect(spoken.count == 3, "\(spoken)")
                let ready = try #require(call.headset.log.messages("ready").first?.atMs)
                let first = try #require(spoken.first?.startMs)
                #expect((4_000...7_000).contains(first - ready), "\(first - ready) ms")
                for (one, next) in zip(spoken, spoken.dropFirst()) {
                    let quiet = try #require(next.startMs) - (try #require(one.endMs))
                    #expect((3_900...7_500).contains(quiet), "\(quiet) ms")
                }
                #expect(try call.items("[silence]").count == 3)
            }
            try await system.expectValidEvents()
        }

        @Test func `the train goes, and the customer with it`() async throws {
            let system = try await System.shared.system()
            try await system.call("velo_already_alternative") { call in
                try await call.headset.say("Good afternoon! How do you like your Velo?")
                try await call.headset.waitForEnd()
                let record = try await call.record()
                #expect(record["endTrigger"]?.string?.hasPrefix("end_conversation:") == true)
                let length = try #require(record["durationMs"]?.number)
                #expect((12_000...26_000).contains(length), "\(length) ms")
                #expect(
                    try call.scenes() == [
                        "[scene] Your train goes in ten minutes.",
                        "[scene] Your train leaves now. You have to go: say goodbye, and leave.",
                    ])
            }
            try await system.expectValidEvents()
        }

        @Test func `a relay that takes over knows what the customer has seen, and tells it once`() async throws {
            let system = try await System.shared.system()
            try await system.call("fmc_resistant") { call in
                try await call.headset.say("Good afternoon! What do you smoke?")
                try await call.headset.listen()
                call.headset.call.send(.event(System.handover("e1")))
                try await call.headset.wait("the remark") { call.says("Don't you have to ask how old I am?") }
                try await call.headset.listen(quietMs: 1_500)
                let process = call.running.process(.relay)
                process?.signal(SIGKILL)
                try await process?.exitCode()
                try call.running.launch(.relay, instance: "1")
                try await call.headset.comeBack()
                try await call.headset.pause(milliseconds: 3_500)
                let logs = try call.logs()
                #expect(logs.count == 2)
                #expect(try logs.map { try System.items("[scene]", in: $0).count } == [1, 1], "told once to each")
                let asked = try logs.last.map { try System.types(in: $0).filter { $0 == "response.create" }.count }
                #expect(asked == 0, "it was answered")
                try await call.headset.say("May I see your date of birth please?")
                try await call.headset.listen()
                try await call.headset.end()
                let record = try await call.record()
                guard case .array(let events)? = record["events"] else { Issue.record("no events"); return }
                #expect(events.count { $0["data"]?["scene"] != nil } == 1)
            }
            try await system.expectValidEvents()
        }

        /// One installation for all of these calls, with customers of little patience and a train that goes soon.
        fileprivate actor System {
            static let shared = System()

            private var starting: Task<Started, any Error>?

            struct Started: Sendable {
                let running: RunningSystem
                /// The simulator's log of events, a file for each Realtime session.
                let log: URL
            }

            func system() async throws -> Started {
                // Owned by this actor and awaited by every caller; ends by itself.
                let task = starting ?? Task { try await Self.start() }
                starting = task
                return try await task.value
            }

            private static func start() async throws -> Started {
                let personas = try TestFolders.temporary().appending(path: "Personas")
                try FileManager.default.copyItem(
                    at: TestFolders.package.appending(path: "Shared/Personas"), to: personas)
                try edit(personas, "hostile_no_time", #/silence: \{.*\}/#, "silence: {first: 4, again: 4, leave: 5}")
                try edit(personas, "velo_user", #/atSeconds: 300/#, "atSeconds: 6")
                try edit(personas, "velo_user", #/ *- \{atSeconds: 720.*\n/#, "")
                try edit(personas, "velo_user", #/atSeconds: 840/#, "atSeconds: 12")
                var options = RunningSystem.Options()
                let log = try TestFolders.temporary()
                options.simulatorArguments = ["--tones", "--pace", "4", "--turns", "100", "--log", log.path]
                options.environment = ["PERSONAS_DIR": personas.path]
                return Started(running: try await RunningSystem.start(options), log: log)
            }

            private static func edit(
                _ folder: URL, _ persona: String, _ pattern: Regex<Substring>, _ replacement: String
            ) throws {
                let file = folder.appending(path: "\(persona).yaml")
                let text = try String(contentsOf: file, encoding: .utf8)
                let edited = text.replacing(pattern, with: replacement)
                guard edited != text else { throw NeverHappened(description: "\(persona) has no \(replacement)") }
                try edited.write(to: file, atomically: true, encoding: .utf8)
            }

            static func handover(_ id: String) -> ClientEvent {
                ClientEvent(
                    eventId: id,
                    data: .init(
                        type: "VR_INTERACTION", data: ["interactedObject": "GLO_Device", "action": "HANDOVER"]))
            }

            static func events(in file: URL) throws -> [JSONValue] {
                try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                    .compactMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
            }

            static func types(in file: URL) throws -> [String] {
                try events(in: file).compactMap { $0["type"]?.string }
            }

            /// The system items that begin with a mark.
            static func items(_ mark: String, in file: URL) throws -> [String] {
                try events(in: file).compactMap { $0["item"] }.filter { $0["role"] == "system" }
                    .compactMap { $0["content"]?[0]?["text"]?.string }.filter { $0.hasPrefix(mark) }
            }
        }

        /// One call of a test, and what the simulator was sent for it.
        fileprivate struct Call: Sendable {
            let running: RunningSystem
            let server: TrainingServer
            let created: TrainingServer.Created
            let headset: Headset
            let folder: URL
            /// Logs of earlier calls.
            let earlier: Set<String>

            func logs() throws -> [URL] {
                try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.creationDateKey])
                    .filter { $0.lastPathComponent.hasPrefix("sess_") && !earlier.contains($0.lastPathComponent) }
                    .sorted { $0.lastPathComponent < $1.lastPathComponent }
            }

            func items(_ mark: String) throws -> [String] { try logs().flatMap { try System.items(mark, in: $0) } }

            func scenes() throws -> [String] { try items("[scene]") }

            func requests() throws -> Int {
                try logs().flatMap { try System.types(in: $0) }.count { $0 == "response.create" }
            }

            func says(_ words: String) -> Bool {
                headset.log.received.contains {
                    if case .transcript(let line) = $0.message { line.text.contains(words) } else { false }
                }
            }

            /// The record once the session is scored, or after a minute in any case.
            func record() async throws -> JSONValue {
                let deadline = ContinuousClock.now + .seconds(60)
                while true {
                    let record = try await server.session(created.sessionId)
                    if record["status"] == "ended" || ContinuousClock.now > deadline { return record }
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
        }
    }
}

extension SystemTests.InitiativeTests.System.Started {
    fileprivate func call(
        _ scenario: String, _ script: (SystemTests.InitiativeTests.Call) async throws -> Void
    ) async throws {
        let server = TrainingServer(address: running.url.absoluteString)
        let earlier = try FileManager.default.contentsOfDirectory(atPath: log.path)
        let created = try await server.create(
            scenarioId: scenario, traineeId: "REP_\(UInt32.random(in: .min ... .max))")
        let headset = Headset(url: created.wsUrl)
        defer { headset.hangUp() }
        try await headset.connect()
        try await script(
            .init(
                running: running, server: server, created: created, headset: headset, folder: log,
                earlier: Set(earlier)))
    }

    /// Everything that was sent upstream so far: valid by the types of the official SDK, no item inside a response, and
    /// no error in answer.
    fileprivate func expectValidEvents() async throws {
        let address = running.openAI.absoluteString.replacing("/v1", with: "/simulator/sessions")
        let answer = try await HTTPClient.shared.send(HTTPRequest("GET", address, bodyLimit: 64 << 20))
        let reports = try JSONDecoder().decode(JSONValue.self, from: answer.body)
        guard case .array(let sessions)? = reports["sessions"] else { Issue.record("no sessions"); return }
        for session in sessions {
            #expect(session["notesInResponses"]?.number == 0, "\(session["id"] ?? .null)")
            #expect(session["errors"]?.number == 0, "\(session["errorCodes"] ?? .null)")
        }
        let encoder = JSONEncoder()
        let lines = try UpstreamLog.events(in: log).map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let scripts = TestFolders.package.appending(path: "Tests/System/SystemTests/Scripts")
        _ = try await Shell.run(
            TestFolders.package.appending(path: ".build-venv/bin/python").path,
            scripts.appending(path: "validate_realtime_events.py").path, "ga",
            input: Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}
