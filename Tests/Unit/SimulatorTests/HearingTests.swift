import Domain
import Foundation
import HTTPClient
import Speech
import TestSupport
import Testing

@testable import Simulator

/// Speech without a tag, with stand-ins for the recogniser.
@Suite struct HearingTests {
    /// A program that speaks the recogniser's protocol. The statements run for each request, whose audio is `pcm`.
    private static func standIn(_ statements: String, loading: String = "") throws -> [String] {
        let file = try TestFolders.temporary().appending(path: "stand_in.py")
        let program = """
            import json, os, struct, sys, time
            def answer(**members):
                print(json.dumps(members), flush=True)
            \(loading)
            answer(ready=0.1)
            while header := sys.stdin.buffer.read(4):
                pcm = sys.stdin.buffer.read(struct.unpack("<I", header)[0])
            \(statements.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
            """
        try Data(program.utf8).write(to: file)
        return ["/usr/bin/python3", file.path]
    }

    private static let speech = PCM16.data((0..<24_000).map { Int16(4_000 * sin(Double($0) / 12)) })

    private static var untagged: [Int16] { PCM16.samples(speech) + PCM16.silence(milliseconds: 700) }

    private static func recogniser(_ command: [String], answer: Duration = .seconds(10)) -> Recogniser {
        Recogniser(
            command: command,
            limits: .init(
                load: .seconds(20), answer: answer, firstPause: .milliseconds(50), longestPause: .milliseconds(200))
        ) { _ in }
    }

    private static let event = "conversation.item.input_audio_transcription"

    @Test(.timeLimit(.minutes(1)))
    func `recognised words become the transcript, and the customer answers them`() async throws {
        let command = try Self.standIn(#"answer(text="may i ask for your date of birth")"#)
        try await withSimulator(.quick.with { $0.recogniser = command }) { simulator in
            try await simulator.untilHearing("on")
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.update(["instructions": "You are Karel. Karel, 45, born on 12 May 1981."])
            try await caller.send(Self.untagged)
            let heard = try await caller.until("\(Self.event).completed")
            #expect(heard["transcript"] == "may i ask for your date of birth")
            #expect(try await caller.answer().contains("12 May 1981"))
            try await caller.send(utterance("What do you smoke?"))
            #expect(try await caller.until("\(Self.event).completed")["transcript"] == "What do you smoke?", "a tag")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the recogniser gets the turn and not the silence before it`() async throws {
        let command = try Self.standIn("answer(text=str(len(pcm) // 48))")
        try await withSimulator(.quick.with { $0.recogniser = command }) { simulator in
            try await simulator.untilHearing("on")
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(PCM16.silence(milliseconds: 5_000) + Self.untagged)
            let heard = try await caller.until("\(Self.event).completed")["transcript"]?.string
            let length = try #require(heard.flatMap { Int($0) })
            #expect((1_500...2_000).contains(length), "1,000 ms of speech, 300 before it, 500 after it")
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["nothing", "/no/such/recogniser", "/bin/false"])
    func `without a recogniser the customer says so, and understands typed lines`(program: String) async throws {
        let options = SimulatorOptions.quick.with {
            $0.recogniser = program == "nothing" ? [] : [program]
        }
        try await withSimulator(options) { simulator in
            try await simulator.untilHearing(program == "nothing" ? "off" : "down")
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(Self.untagged)
            let failed = try await caller.until("\(Self.event).failed")
            #expect(failed["error"]?["code"] == "audio_unintelligible")
            #expect(try await caller.answer() == CustomerLines.deaf)
            try await caller.say("What is your name?")
            try await caller.send(["type": "response.create"])
            try await caller.until("response.created")
            #expect(try await caller.answer().contains("Karel"))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `sound without words has an empty transcript, and the customer asks again`() async throws {
        let command = try Self.standIn(#"answer(text="")"#)
        try await withSimulator(.quick.with { $0.recogniser = command }) { simulator in
            try await simulator.untilHearing("on")
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(Self.untagged)
            #expect(try await caller.until("\(Self.event).completed")["transcript"] == "")
            #expect(CustomerLines.missed.contains(try await caller.answer()))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `speech in another language than English is not guessed at`() async throws {
        let command = try Self.standIn(#"answer(text="hello")"#)
        try await withSimulator(.quick.with { $0.recogniser = command }) { simulator in
            try await simulator.untilHearing("on")
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.update([
                "instructions": "You are Karel. Speak Czech, the way people talk.",
                "audio": ["input": ["transcription": ["model": "gpt-transcribe", "language": "cs"]]],
            ])
            try await caller.send(Self.untagged)
            try await caller.until("\(Self.event).failed")
            #expect(try await caller.answer() == CustomerLanguage.czech.deaf)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a recogniser that dies loses the turn in hand and is started again`() async throws {
        let command = try Self.standIn(
            """
            if len(pcm) == 2:
                os._exit(3)
            answer(text="words")
            """)
        let recogniser = Self.recogniser(command)
        try await eventually("it hears") { recogniser.state == .on }
        #expect(await recogniser.recognise(Self.speech) == .words("words"))
        #expect(await recogniser.recognise(Data(count: 2)) == .deaf)
        #expect(recogniser.state == .down)
        try await eventually("it hears again") { recogniser.state == .on }
        #expect(await recogniser.recognise(Self.speech) == .words("words"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a recogniser that takes too long is killed and started again`() async throws {
        let command = try Self.standIn(
            """
            if len(pcm) == 2:
                time.sleep(60)
            answer(text="words")
            """)
        let recogniser = Self.recogniser(command, answer: .milliseconds(300))
        try await eventually("it hears") { recogniser.state == .on }
        #expect(await recogniser.recognise(Data(count: 2)) == .deaf)
        try await eventually("it hears again") { recogniser.state == .on }
        #expect(await recogniser.recognise(Self.speech) == .words("words"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a recogniser that uses too much memory is replaced, and no turn is lost`() async throws {
        let recogniser = Self.recogniser(try Self.standIn("answer(text=str(os.getpid()), memory=len(pcm))"))
        @Sendable func ask(_ megabytes: Int) async -> String? {
            await recogniser.recognise(Data(count: megabytes)).text
        }
        let first = await ask(400)
        #expect(await ask(402) == first)
        let second = await ask(2)
        #expect(first != nil && second != nil && second != first)
        #expect(await ask(2) == second)
        async let third = ask(402)
        async let fourth = ask(402)
        async let fifth = ask(402)
        #expect(await Set([third, fourth, fifth].compactMap(\.self)).count == 3, "also while turns wait")
    }

    @Test(.timeLimit(.minutes(1)))
    func `turns wait for the model, and for each other, but not too many`() async throws {
        let command = try Self.standIn(#"answer(text=str(len(pcm)))"#, loading: "time.sleep(1)")
        let recogniser = Self.recogniser(command)
        let heard = await withTaskGroup(of: Heard.self) { group in
            for number in 1...20 {
                group.addTask { await recogniser.recognise(Data(count: 2 * number)) }
            }
            return await group.reduce(into: [Heard]()) { $0.append($1) }
        }
        #expect(heard.count { $0 == .deaf } == 12)
        #expect(Set(heard.compactMap(\.text)).count == 8)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["print('nonsense', flush=True)", "answer(error=\"no model\")"])
    func `what the recogniser must not say is no text`(statement: String) async throws {
        let recogniser = Self.recogniser(try Self.standIn(statement))
        try await eventually("it hears") { recogniser.state == .on }
        #expect(await recogniser.recognise(Self.speech) == .deaf)
    }
}

extension SimulatorUnderTest {
    func untilHearing(_ state: String) async throws {
        try await eventually("hearing is \(state)") {
            let answer = try await HTTPClient.shared.send(HTTPRequest("GET", "\(base)/healthz"))
            return try JSONDecoder().decode(JSONValue.self, from: answer.body)["hearing"]?.string == state
        }
    }
}

extension Caller {
    /// What the customer says in the response that comes next, or has just come.
    func answer() async throws -> String {
        let known = all("response.done").count
        let created = all("response.created").count
        if created > known || created == 0 { try await until("response.done") }
        return all("response.output_audio_transcript.done").last?["transcript"]?.string ?? ""
    }
}
