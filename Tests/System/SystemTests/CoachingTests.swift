import Domain
import Foundation
import HTTPClient
import Speech
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// Hints during a practice, and the better lines after it.
    @Suite struct CoachingTests {
        private static let lines = [
            "Good afternoon! My name is Petra. May I ask you two quick questions?",
            "This is glo Hyper. It heats a tobacco stick called neo.",
            "What do you like about your cigarettes, and what bothers you about them?",
            "The taste of neo comes from real tobacco, and the stick is heated.",
            "How does that sound to you?",
        ]

        @Test func `a practice with hints shows at most one in half a minute, and the report marks them`() async throws
        {
            var options = RunningSystem.Options()
            options.simulatorArguments = ["--tones", "--turns", "100"]
            options.environment = ["SUPERVISOR_DEBOUNCE_MS": "200"]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            async let helped = Self.practise("PRACTICE", hints: true, system, server)
            async let alone = Self.practise("ALONE", hints: false, system, server)
            let (id, result) = try await helped
            let (aloneId, aloneResult) = try await alone

            #expect(result.attitudes.count > 1, "more than one evaluation: \(system.tail)")
            let shown = result.messages.compactMap { if case .hint(let text) = $0 { text } else { nil } }
            let record = try await server.session(id)
            let hints = Self.items(record["hintsShown"])
            #expect(!shown.isEmpty && hints.compactMap { $0["text"]?.string } == shown)
            let times = hints.compactMap { $0["time"]?.number }
            #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 30 }, "\(times)")
            #expect(record["hints"] == true)

            #expect(!aloneResult.messages.contains { if case .hint = $0 { true } else { false } })
            let aloneRecord = try await server.session(aloneId)
            #expect(aloneRecord["hints"] == nil && aloneRecord["hintsShown"] == nil)

            let report = try await Self.report(of: id, server, in: system)
            #expect(report.contains("Practised with hints: \(shown.count)"))
            for text in shown { #expect(report.contains("Hint shown at") && report.contains(text), "\(text)") }
            let files = system.folder.appending(path: "data/\(id)")
            let session = try JSONDecoder().decode(
                JSONValue.self, from: Data(contentsOf: files.appending(path: "session.json")))
            #expect(session["hintsShown"] == .integer(Int64(shown.count)))
            let events = try String(contentsOf: files.appending(path: "events.json"), encoding: .utf8)
            #expect(events.contains(#""data": {"hint": "#))
            #expect(!(try await Self.report(of: aloneId, server, in: system)).contains("hints"))

            // The better lines, as REST shows them.
            let coaching = try #require(record["score"]?["coaching"], "no coaching: \(record["score"] ?? .null)")
            let workOn = Self.items(coaching["workOn"])
            #expect((1...3).contains(workOn.count))
            let transcript = Self.items(record["transcript"])
            for advice in workOn {
                guard let utteranceId = advice["utteranceId"]?.string else { continue }
                let line = transcript.first { $0["utteranceId"]?.string == utteranceId }
                let quote = try #require(advice["quote"]?.string)
                #expect(line?["speaker"] == "TRAINEE" && line?["text"]?.string?.contains(quote) == true)
                #expect(advice["time"]?.number == line?["startTime"]?.number)
            }
            #expect(workOn.contains { $0["tryInstead"]?.string?.isEmpty == false })
            let weakest = try #require(coaching["weakest"]?.string)
            #expect(coaching["next"]?["category"]?.string == weakest)
            #expect(coaching["next"]?["scenarioId"]?.string != "fmc_resistant")
            #expect(report.contains("Work on this") && report.contains("Practise next"))
        }

        private static func items(_ value: JSONValue?) -> [JSONValue] {
            if case .array(let items)? = value { items } else { [] }
        }

        private static func practise(
            _ trainee: String, hints: Bool, _ system: RunningSystem, _ server: TrainingServer
        ) async throws -> (SessionID, Conversation.Result) {
            let body: JSONValue = [
                "scenarioId": "fmc_resistant", "traineeId": .string(trainee), "visibility": "private",
                "hints": .bool(hints),
            ]
            let answer = try await server.send("POST", "/api/sessions", body: try JSONEncoder().encode(body))
            let created = try JSONDecoder().decode(
                TrainingServer.Created.self, from: answer.expecting(201...201).body)
            let call = TrainingCall(url: created.wsUrl, pace: 3)
            try await call.connect()
            let conversation = Conversation(
                call, synthesizer: SpeechSynthesizer(), tagsSpeech: true, skipsPlayback: true)
            let result = try await conversation.hold(nextTurn: { number in
                lines.indices.contains(number) ? .init(.text(lines[number])) : nil
            })
            return (created.sessionId, result)
        }

        private static func report(
            of id: SessionID, _ server: TrainingServer, in system: RunningSystem
        ) async throws -> String {
            let files = system.folder.appending(path: "data/\(id)/session.json")
            try await eventually("the data files are written") {
                FileManager.default.fileExists(atPath: files.path)
            }
            let pdf = system.folder.appending(path: "\(id).pdf")
            try await server.download("/api/sessions/\(id)/report").write(to: pdf)
            let text = try await Shell.run("pdftotext", "-layout", pdf.path, "-")
            return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }
}
