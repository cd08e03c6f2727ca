import Domain
import Testing

@testable import Conversation
@testable import RelayService

/// From the first client to the first words, and what is said, heard and interrupted.
@Suite struct ConversationTests {
    @Test func `a session begins with its settings, and the client is ready when they are confirmed`() {
        var rig = Rig()
        #expect(
            rig.step(.attached) == [
                "welcome", "stop resume", "start session 1800000", "start wrapUp 1740000", "start connect 20000",
                "connect", #"record event SYSTEM "Session_Start""#, "record phase connecting",
            ])
        #expect(rig.step(.upstreamOpened, after: 300) == ["update gpt-transcribe verse"])
        #expect(rig.hear(.sessionCreated(id: "s", expiresAt: nil)) == ["start renew 3300000"])
        #expect(
            rig.hear(.sessionUpdated, after: 700) == [
                "stop connect", "start stall 60000", "start idle 30000", #"record event SYSTEM "Persona_Loaded""#,
                "record phase talking", "record attitude 3", "send ready 0 active", "send 1 attitude 3",
            ])
        #expect(rig.facts.map(\.seq) == Array(1...rig.facts.count))
    }

    @Test func `audio before OpenAI is ready is held for two seconds and then refused once`() {
        var rig = Rig()
        rig.step(.attached)
        #expect(rig.microphone(1_000) == .hold)
        #expect(rig.microphone(1_000) == .hold)
        #expect(rig.microphone(20) == .drop)
        #expect(rig.did == ["send error not_ready"])
        #expect(rig.microphone(20) == .drop)
        #expect(rig.did == [])
        rig.step(.upstreamOpened)
        #expect(rig.hear(.sessionUpdated).contains("say 0 to 2000"))
        #expect(rig.microphone(20) == .forward(offsetMs: 0))
    }

    @Test func `a turn becomes two utterances in conversation order, though the trainee's words come last`() {
        var rig = Rig.talking()
        for _ in 0..<30 { rig.microphone(100, after: 100) }
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: 1_000))
        rig.hear(
            .speechStopped(itemId: "t1", audioEndMs: 2_500), .committed(itemId: "t1", after: .first),
            .itemAdded(.init(id: "t1", kind: .user), after: .first))
        rig.hear(.responseCreated(id: "r1"), .itemAdded(.init(id: "a1", kind: .assistant), after: .item("t1")))
        #expect(rig.audio(1_000, of: "a1") == .forward(offsetMs: 0))
        #expect(rig.audio(500, of: "a1") == .forward(offsetMs: 1_000))
        rig.hear(
            .words(itemId: "a1", responseId: "r1", delta: "Good "),
            .wordsDone(itemId: "a1", responseId: "r1", text: "Good day."), .audioDone(itemId: "a1", responseId: "r1"),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(rig.fire(.playback, after: 1).filter { $0.hasPrefix("send") } == ["send 2 AVATAR Good day."])
        #expect(rig.hear(.transcribed(itemId: "t1", text: "Hello."), after: 300).contains("send 3 TRAINEE Hello."))
        #expect(rig.transcript.map(\.text) == ["Hello.", "Good day."])
        #expect(rig.transcript.map(\.utteranceId) == ["u1", "u2"])
        #expect(rig.transcript.map(\.startTime) == [2.0, 4.0])
        #expect(rig.transcript.map(\.endTime) == [3.5, 5.5])
    }

    @Test func `the supervisor gets the customer's words once they have been heard`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.answer("Good day.", length: 2_000)
        #expect(!rig.history.contains("supervise Good day."))
        rig.fire(.playback, after: 1)
        #expect(!rig.history.contains("supervise Good day."))
        #expect(rig.fire(.playback, after: 1_999).contains("supervise Good day."))
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 100)
        #expect(rig.history.filter { $0 == "supervise Good day." }.count == 1)
    }

    struct BargeIn: CustomTestStringConvertible {
        var heard: Int
        /// The answer was generated completely before.
        var isMade = true
        var upstream: [String]
        var clears: Bool
        var text: String?
        var isCut = true
        var testDescription: String { "after \(heard) ms of an answer that is \(isMade ? "" : "not ")made" }
    }

    @Test(arguments: [
        BargeIn(heard: 0, upstream: ["delete a1"], clears: true, text: nil),
        BargeIn(heard: 300, upstream: ["truncate a1 300"], clears: true, text: nil),
        BargeIn(heard: 2_000, upstream: ["truncate a1 2000"], clears: true, text: "one two"),
        BargeIn(heard: 3_999, upstream: ["truncate a1 3999"], clears: true, text: "one two three"),
        BargeIn(heard: 4_000, upstream: [], clears: false, text: "one two three four", isCut: false),
        BargeIn(heard: 9_000, upstream: [], clears: false, text: "one two three four", isCut: false),
        BargeIn(heard: 0, isMade: false, upstream: ["delete a1"], clears: true, text: nil),
        BargeIn(heard: 300, isMade: false, upstream: ["truncate a1 300"], clears: true, text: nil),
        BargeIn(heard: 2_000, isMade: false, upstream: ["truncate a1 2000"], clears: true, text: "one two"),
        // All received audio was heard, and more would have come.
        BargeIn(
            heard: 4_000, isMade: false, upstream: ["truncate a1 4000"], clears: true, text: "one two three four"),
        BargeIn(
            heard: 9_000, isMade: false, upstream: ["truncate a1 4000"], clears: true, text: "one two three four"),
    ])
    func `an interrupted customer has said only what was heard`(_ the: BargeIn) {
        var rig = Rig.talking()
        let done: [RealtimeEvent] = [
            .wordsDone(itemId: "a1", responseId: "r1", text: "one two three four"),
            .audioDone(itemId: "a1", responseId: "r1"),
            .responseDone(
                .init(id: "r1", status: the.isMade ? .completed : .cancelled, reason: "turn_detected", output: [])),
        ]
        rig.hear(.responseCreated(id: "r1"), .itemAdded(.init(id: "a1", kind: .assistant), after: .unknown))
        rig.audio(4_000, of: "a1")
        if the.isMade { for event in done { rig.hear(event) } }
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: the.heard)
        #expect(rig.did.filter { $0.hasPrefix("truncate") || $0.hasPrefix("delete") } == the.upstream)
        #expect(rig.did.contains { $0.hasPrefix("send clear a1 \(min(the.heard, 4_000))") } == the.clears)
        // Late pieces of an answer that was called off are not forwarded.
        if the.isCut { #expect(rig.audio(100, of: "a1") == .drop) }
        if !the.isMade { for event in done { rig.hear(event) } }
        #expect(rig.transcript.first?.text == the.text)
        #expect(rig.transcript.first?.interrupted == (the.text != nil && the.isCut ? true : nil))
        if the.text != nil {
            #expect(rig.transcript.first?.endTime == Double(1_000 + min(the.heard, 4_000)) / 1_000)
        }
    }

    @Test func `an answer that is called off before its first audio is removed here and from the model's memory`() {
        var rig = Rig.talking()
        rig.hear(
            .responseCreated(id: "r1"), .itemAdded(.init(id: "a1", kind: .assistant), after: .unknown),
            .words(itemId: "a1", responseId: "r1", delta: "one two"))
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil))
        #expect(!rig.did.contains { $0.hasPrefix("send clear") })
        #expect(rig.audio(500, of: "a1") == .drop)
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "one two"), .audioDone(itemId: "a1", responseId: "r1"))
        rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: [])))
        #expect(rig.history.filter { $0 == "delete a1" }.count == 1)
        #expect(rig.transcript.isEmpty)
    }

    @Test func `of the items of an answer the one being heard is cut, and the one not yet heard is deleted`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(1_000, of: "a1")
        rig.hear(.wordsDone(itemId: "a1", responseId: "r1", text: "Well."), .audioDone(itemId: "a1", responseId: "r1"))
        rig.audio(2_000, of: "a2")
        rig.audio(1_000, of: "a3")
        rig.fire(.playback, after: 1)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 1_999)
        #expect(
            rig.did.filter { $0.hasPrefix("truncate") || $0.hasPrefix("delete") } == ["truncate a2 1000", "delete a3"])
        rig.hear(
            .wordsDone(itemId: "a2", responseId: "r1", text: "one two three four"),
            .wordsDone(itemId: "a3", responseId: "r1", text: "five"),
            .responseDone(.init(id: "r1", status: .cancelled, output: [])))
        #expect(rig.transcript.map(\.text) == ["Well.", "one two"])
        #expect(rig.transcript.map(\.interrupted) == [nil, true])
    }

    @Test func `a goodbye plays to its end, even if the trainee interrupts it`() {
        var rig = Rig.talking()
        rig.answer("Goodbye then.", length: 3_000)
        rig.step(.message(.endSession), after: 500)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 500)
        #expect(!rig.did.contains { $0.hasPrefix("send clear") })
        #expect(rig.transcript.map(\.text) == ["Goodbye then."])
    }

    @Test func `a client that plays later than estimated corrects the times of the utterance`() {
        var rig = Rig.talking()
        rig.answer("one two three four", length: 2_000)
        rig.fire(.playback, after: 1)
        #expect(rig.transcript.map(\.endTime) == [3.0])
        rig.step(.message(.played(.init(itemId: "a1", offsetMs: 500))), after: 999)
        rig.fire(.playback, after: 1_000)
        #expect(rig.transcript.map(\.endTime) == [3.0])
        rig.fire(.playback, after: 500)
        #expect(rig.transcript.map(\.endTime) == [3.5])
        #expect(rig.transcript.map(\.interrupted) == [nil])
    }

    @Test func `an utterance that was shown in full is cut when the trainee interrupts it afterwards`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.answer("one two three four", length: 4_000)
        #expect(rig.fire(.playback, after: 1).contains("send 2 AVATAR one two three four"))
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 1_999)
        #expect(rig.did.contains("send 3 AVATAR one two //"))
        #expect(rig.did.contains("record u1 AVATAR one two"))
        #expect(rig.did.contains("supervise one two"))
        #expect(rig.transcript.count == 1)
    }

    @Test func `the client's played position decides where the words are cut`() {
        var rig = Rig.talking()
        rig.answer("one two three four", length: 4_000)
        rig.step(.message(.played(.init(itemId: "a1", offsetMs: 1_000))), after: 2_000)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 100)
        #expect(rig.did.contains("truncate a1 1100"))
        #expect(rig.did.contains("send clear a1 1100"))
    }

    @Test func `two items of one answer are two utterances, and the second is shown when it begins to play`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(1_000, of: "a1")
        rig.audio(1_000, of: "a2")
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "Well."),
            .wordsDone(itemId: "a2", responseId: "r1", text: "No."),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        rig.fire(.playback, after: 1)
        #expect(rig.transcript.map(\.text) == ["Well."])
        rig.fire(.playback, after: 1_000)
        #expect(rig.transcript.map(\.text) == ["Well.", "No."])
        #expect(rig.transcript.map(\.startTime) == [1.0, 2.0])
    }

    @Test func `a failed transcription is inaudible, and an empty one leaves no utterance`() {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t1", after: .first), .transcriptionFailed(itemId: "t1", code: "x"))
        rig.hear(.committed(itemId: "t2", after: .item("t1")), .transcribed(itemId: "t2", text: ""), after: 10)
        #expect(rig.transcript.map(\.text) == ["[inaudible]"])
    }

    @Test func `a typed utterance interrupts, is recorded at once and is answered when no answer is under way`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(4_000, of: "a1")
        rig.step(.message(.text("Hello there")), after: 1_000)
        #expect(
            rig.did.filter { !$0.hasPrefix("record") && !$0.hasPrefix("start") && !$0.hasPrefix("stop") } == [
                "cancel r1", "truncate a1 1000", "send clear a1 1000", "user line_1 Hello there",
                "send 2 TRAINEE Hello there",
            ])
        #expect(rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: []))).contains("respond"))
        // A second utterance waits while an answer is requested and has not begun.
        rig.step(.message(.text("Are you there?")), after: 10)
        #expect(!rig.did.contains("respond"))
    }

    @Test(arguments: ["", "  \n", String(repeating: "x", count: 5_000)])
    func `an empty or too long typed utterance is refused`(text: String) {
        var rig = Rig.talking()
        #expect(rig.step(.message(.text(text))) == ["send error invalid_message"])
    }

    @Test func `no answer is requested while one is under way, and a refused request is repeated after it`() {
        var rig = Rig.talking()
        rig.step(.message(.text("One")))
        #expect(rig.did.contains("respond"))
        let id = rig.commands.last?.id
        rig.hear(.responseCreated(id: "vad"))
        rig.hear(.error(RealtimeError(code: "conversation_already_has_active_response", eventId: id)))
        #expect(!rig.did.contains("respond"))
        #expect(rig.hear(.responseDone(.init(id: "vad", status: .completed, output: []))).contains("respond"))
    }
}
