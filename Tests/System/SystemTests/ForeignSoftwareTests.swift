import Domain
import Foundation
import Speech
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// Our processes and our simulator against software that others wrote.
    @Suite struct ForeignSoftwareTests {
        private static let scripts = TestFolders.package.appending(path: "Tests/System/SystemTests/Scripts")

        private enum Line: String, CaseIterable {
            case greeting = "Good afternoon, do you smoke?"
            case story = "Tell me the whole story."
            case interruption = "Sorry, one question in between."
            case farewell = "Thank you for your time, goodbye."
        }

        @Test func `a call by voice over speech-to-speech is heard, interrupted, ended and scored`() async throws {
            let server = try await Self.speechToSpeech()
            var options = RunningSystem.Options()
            options.environment = ["REALTIME_URL": "ws://127.0.0.1:\(server.port)/v1/realtime"]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let rest = TrainingServer(address: system.url.absoluteString)
            let created = try await rest.create(scenarioId: "newcomer_confused", traineeId: "REP_S2S")
            let headset = Headset(url: created.wsUrl)
            defer { headset.hangUp() }
            let voice = SpeechSynthesizer()
            try #require(voice.hasVoice)

            try await headset.connect()
            try await headset.say(Line.greeting.rawValue, with: voice)
            try await headset.listen()
            try await headset.say(Line.story.rawValue, with: voice)
            try await headset.hear(milliseconds: 2_500)
            try await headset.say(Line.interruption.rawValue, with: voice)
            try await headset.listen()
            try await headset.say(Line.farewell.rawValue, with: voice)
            try await headset.waitForEnd()
            await server.process.stop(within: .seconds(2))

            let log = headset.log
            let story = Self.story(log, system, server.process)
            #expect(log.statuses.allSatisfy { $0 == .ok }, "\(story)")
            let record = try await rest.session(created.sessionId)
            let lines = try JSONDecoder().decode(
                [Utterance].self, from: JSONEncoder().encode(record["transcript"] ?? []))
            let described = lines.map { "\n \($0.startTime)…\($0.endTime) \($0.speaker) «\($0.text)»" }.joined()
            #expect(
                lines.map(\.speaker) == [.trainee, .avatar, .trainee, .avatar, .trainee, .avatar, .trainee, .avatar],
                "\(described)\(story)")
            let said = lines.filter { $0.speaker == .trainee }
            let answered = lines.filter { $0.speaker == .avatar }
            #expect(said.map(\.text) == Line.allCases.map(\.rawValue), "\(described)")
            #expect(answered.map { $0.interrupted == true } == [false, true, false, false], "\(described)")

            // Of the story only what was heard is kept. It has 57 words, and a voice says two to four in a second.
            let told = try #require(lines.first { $0.interrupted == true }, "\(described)")
            #expect(told.text.hasPrefix("Well, that is a long story."), "\(described)")
            let words = told.text.split(separator: " ").count
            let heardMs = try #require(log.items.first { $0.wasCut }?.heardMs, "\(story)")
            #expect((heardMs / 500 - 3...heardMs / 200 + 3).contains(words), "\(words) words in \(heardMs) ms")

            // Times as the headset has them. This server's voice activity detection begins a line with its onset.
            let began = try #require(log.sessionBeganMs)
            let tolerance = 700 + headset.latenessMs
            for (spoken, line) in zip(log.lines, said) {
                let (start, end) = (spoken.startMs - began, spoken.endMs - began)
                #expect(abs(line.startTime * 1_000 - start) < tolerance, "\(spoken) \(described)")
                #expect(abs(line.endTime * 1_000 - end) < tolerance, "\(spoken) \(described)")
            }
            for (heard, line) in zip(log.items.filter { $0.heardMs > 0 }, answered) {
                let (start, end) = ((heard.startMs ?? 0) - began, (heard.endMs ?? 0) - began)
                #expect(abs(line.startTime * 1_000 - start) < tolerance, "\(heard) \(described)")
                #expect(abs(line.endTime * 1_000 - end) < tolerance, "\(heard) \(described)")
            }

            #expect(record["status"] == "ended")
            #expect(record["endTrigger"] == "end_conversation:walked_away", "\(record["endTrigger"] as Any)")
            #expect(record["score"]?["overall"]?.number != nil, "\(story)")
        }

        @Test func `the simulator talks to the official SDK, whose types know every event`() async throws {
            let port = try FreePort.next()
            let folder = try TestFolders.temporary()
            let simulator = try ProcessUnderTest(
                "simulator", executable: TestFolders.binaries.appending(path: "openai-simulator"),
                arguments: ["--port", "\(port)", "--tones", "--invent", "--pace", "20", "--latency", "60"],
                folder: folder,
                log: folder.appending(path: "simulator.log"))
            try await eventually("the simulator is ready") { simulator.output.contains("ready http://") }
            _ = try await Shell.run(
                TestFolders.package.appending(path: ".build-venv/bin/python").path,
                Self.scripts.appending(path: "sdk_conversation.py").path, "http://127.0.0.1:\(port)/v1")
            await simulator.stop(within: .seconds(2))
        }

        private static func speechToSpeech() async throws -> (process: ProcessUnderTest, port: Int) {
            let port = try FreePort.next()
            let folder = try TestFolders.temporary()
            let process = try ProcessUnderTest(
                "speech-to-speech",
                executable: TestFolders.package.appending(path: ".build-venv-speech/bin/python"),
                arguments: [scripts.appending(path: "speech_to_speech_server.py").path, "\(port)"]
                    + Line.allCases.map(\.rawValue),
                folder: folder, log: folder.appending(path: "server.log"))
            let server = TrainingServer(address: "http://127.0.0.1:\(port)")
            try await eventually("speech-to-speech listens", within: .seconds(60)) {
                guard process.isRunning else { throw NeverHappened(description: "it ended: \(process.output)") }
                return (try? await server.json("/v1/pool")) != nil
            }
            return (process, port)
        }

        private static func story(_ log: HeadsetLog, _ system: RunningSystem, _ server: ProcessUnderTest) -> String {
            let items = log.items.map {
                "\n heard \($0.heardMs) of \($0.receivedMs) ms from \($0.startMs ?? -1)\($0.wasCut ? ", cut" : "")"
            }
            return items.joined() + "\n\(system.tail)\n--- speech-to-speech\n\(server.output.suffix(3_000))"
        }
    }
}
