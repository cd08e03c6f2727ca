import Domain
import Foundation
import Speech
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// A customer who is convinced honestly, doubts what is false, and keeps to his role.
    @Suite struct CustomerTests {
        private static let harmless = [
            "Good afternoon! My name is Petra.", "This is glo Hyper. It heats a tobacco stick called neo.",
            "The stick is warm after a few seconds.", "It goes into the chamber at the top.",
            "Then you take it out again.", "And that is all there is to it.",
        ]

        /// A call with a customer who is made to do something, and what was sent upstream.
        private static func call(
            _ lines: [String], in scenario: String = "fmc_resistant", simulator: [String],
            before first: Duration = .milliseconds(500), pause: Duration = .milliseconds(500)
        ) async throws -> (result: Conversation.Result, record: JSONValue, events: [JSONValue]) {
            var options = RunningSystem.Options()
            let log = try TestFolders.temporary()
            options.simulatorArguments = ["--tones", "--turns", "100", "--log", log.path] + simulator
            options.environment = ["SUPERVISOR_DEBOUNCE_MS": "200"]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            let created = try await server.create(scenarioId: scenario, traineeId: "ROLE")
            let call = TrainingCall(url: created.wsUrl, pace: 3)
            try await call.connect()
            let conversation = Conversation(
                call, synthesizer: SpeechSynthesizer(), tagsSpeech: true, skipsPlayback: true)
            let result = try await conversation.hold(nextTurn: { number in
                if number > 0 { try? await Task.sleep(for: number == 1 ? max(first, pause) : pause) }
                return lines.indices.contains(number) ? .init(.text(lines[number])) : nil
            })
            #expect(result.score != nil, "\(system.tail)")
            let record = try await server.session(created.sessionId)
            let events = try UpstreamLog.events(in: log)
            try await validate(events)
            return (result, record, events)
        }

        /// Every event is valid for the types of the official SDK.
        private static func validate(_ events: [JSONValue]) async throws {
            let encoder = JSONEncoder()
            let lines = try events.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
            _ = try await Shell.run(
                TestFolders.package.appending(path: ".build-venv/bin/python").path,
                TestFolders.package.appending(path: "Tests/System/SystemTests/Scripts/validate_realtime_events.py")
                    .path, "ga", input: Data((lines.joined(separator: "\n") + "\n").utf8))
        }

        private static func notes(_ events: [JSONValue], _ mark: String) -> [String] {
            events.compactMap { $0["item"]?["content"]?[0]?["text"]?.string }.filter { $0.hasPrefix(mark) }
        }

        private static func items(_ value: JSONValue?) -> [JSONValue] {
            if case .array(let items)? = value { items } else { [] }
        }

        private static func said(_ result: Conversation.Result, _ words: String) -> Int? {
            result.utterances.inOrder.firstIndex { $0.speaker == .avatar && $0.text.contains(words) }
        }

        @Test func `a customer who buys before he is convinced is refused, and the call goes on`() async throws {
            let lines = Array(Self.harmless.prefix(4))
            let (result, record, events) = try await Self.call(
                lines, in: "newcomer_confused", simulator: ["--convert-in", "2"], before: .seconds(20),
                pause: .seconds(4))
            #expect((4...6).contains(result.attitudes.first ?? 0), "\(result.attitudes)")
            let outputs = events.compactMap { $0["item"]?["output"]?.string }
            #expect(outputs.count == 1 && outputs[0].contains("You are not there yet: you are not conv"), "\(outputs)")
            #expect(Self.said(result, "not quite there yet") ?? Self.said(result, "not so fast") != nil)
            #expect(result.utterances.count { $0.speaker == .trainee } == lines.count, "the call goes on")
            let claims = Self.items(record["outcomeClaims"])
            #expect(claims.contains { $0["source"] == "voice_model" && $0["refused"] == true })
            #expect(record["endTrigger"]?.string != "end_conversation:converted")
            #expect(record["outcome"]?.string != "converted")
        }

        @Test func `a false claim is doubted in the next answer`() async throws {
            let lines = ["Good afternoon! My name is Petra.", "veo contains nicotine and tobacco.", "So that is veo."]
            let (result, record, events) = try await Self.call(lines, simulator: [], pause: .milliseconds(1_500))
            #expect(
                Self.notes(events, "[heard]")
                    == [
                        "[heard] The other person has just told you that veo contains tobacco. You are not sure that this is "
                            + "right."
                    ])
            let doubt = try #require(Self.said(result, "You say that veo contains tobacco?"), "\(result.utterances)")
            let claim = result.utterances.inOrder.firstIndex { $0.text.hasPrefix("veo contains") }
            #expect(claim.map { $0 < doubt } == true)
            #expect(Self.items(record["events"]).contains { $0["data"]?["heard"] == "veo-has-tobacco" })
        }

        @Test func `a customer who falls out of his role once is put right, and the session counts`() async throws {
            let (result, record, events) = try await Self.call(
                Array(Self.harmless.prefix(4)), simulator: ["--out-of-role", "2"])
            #expect(Self.said(result, "AI language model") != nil)
            let corrections = Self.notes(events, "[role]")
            #expect(corrections.count == 1 && corrections[0].contains("like an assistant"), "\(corrections)")
            #expect(record["score"]?["counted"] == true, "\(record["score"] ?? .null)")
        }

        @Test func `a customer who falls out of his role twice goes on, and the session does not count`() async throws {
            let (result, record, events) = try await Self.call(
                Self.harmless, simulator: ["--out-of-role", "2", "--out-of-role", "4"])
            #expect(Self.notes(events, "[role]").filter { $0.contains("like an assistant") }.count == 2)
            #expect(result.utterances.count { $0.speaker == .trainee } == Self.harmless.count, "the call goes on")
            #expect(record["score"]?["counted"] == false)
            #expect(record["score"]?["notCountedReason"] == "avatar_out_of_role")
        }

        @Test func `the state is a sentence, and there is never more than one`() async throws {
            let lines = [
                "Good afternoon! My name is Petra.", "What do you like about your cigarettes?", "And what bothers you?",
            ]
            let (_, _, events) = try await Self.call(lines, simulator: [])
            var present: Set<String> = []
            var count = 0
            for event in events {
                if event["type"] == "conversation.item.delete", let id = event["item_id"]?.string { present.remove(id) }
                guard let text = event["item"]?["content"]?[0]?["text"]?.string, text.hasPrefix("[state]") else {
                    continue
                }
                count += 1
                #expect(!text.contains("attitude="))
                present.insert(event["item"]?["id"]?.string ?? "")
                #expect(present.count == 1)
            }
            #expect(count > 1)
        }
    }
}
