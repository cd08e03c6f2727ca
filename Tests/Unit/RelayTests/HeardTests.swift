import Domain
import Testing

@testable import Conversation
@testable import RelayService

/// Only what the trainee heard was said: answers without audio, that break off, or that share an item id.
@Suite struct HeardTests {
    private func text(_ rig: inout Rig, _ text: String, item: String, response: String) {
        rig.hear(
            .responseCreated(id: response), .itemAdded(.init(id: item, kind: .assistant), after: .unknown),
            .wordsDone(itemId: item, responseId: response, text: text),
            .responseDone(.init(id: response, status: .completed, output: [])))
    }

    // MARK: Without audio

    @Test func `an answer in text alone was not heard: the model forgets it and answers again`() {
        var rig = Rig.talking()
        text(&rig, "Good day.", item: "a1", response: "r1")
        #expect(rig.history.filter { $0 == "delete a1" }.count == 1)
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
        #expect(rig.transcript.isEmpty)
        rig.answer("Good day.", item: "a2", response: "r2")
        rig.fire(.playback, after: 1)
        #expect(rig.transcript.map(\.text) == ["Good day."])
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
    }

    @Test func `an answer with nothing in it is asked for again`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        #expect(rig.hear(.responseDone(.init(id: "r1", status: .completed, output: []))).contains("respond"))
    }

    @Test func `an item that is only in the finished answer is forgotten as well`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        let item = RealtimeEvent.Item(id: "a1", kind: .assistant, text: "Good day.")
        rig.hear(.responseDone(.init(id: "r1", status: .completed, output: [item])))
        #expect(rig.did.contains("delete a1"))
        #expect(rig.transcript.isEmpty)
    }

    @Test func `after two answers without audio the client is notified, and the next turn has two again`() {
        var rig = Rig.talking()
        for turn in 1...2 {
            text(&rig, "One.", item: "a\(turn)1", response: "r\(turn)1")
            text(&rig, "Two.", item: "a\(turn)2", response: "r\(turn)2")
            #expect(rig.history.filter { $0 == "respond" }.count == turn)
            #expect(rig.history.filter { $0 == "send error answer_without_audio" }.count == turn)
        }
        #expect(rig.transcript.isEmpty)
        #expect(rig.conversation.phase == .live(.talking))
    }

    @Test func `neither a function call nor an answer that the trainee interrupts needs audio`() {
        var rig = Rig.talking()
        let call = RealtimeEvent.Item(
            id: "f1",
            kind: .functionCall(
                .init(callId: "c1", name: "end_conversation", arguments: #"{"outcome":"rejected"}"#)))
        rig.hear(.responseCreated(id: "r1"), .responseDone(.init(id: "r1", status: .completed, output: [call])))
        #expect(!rig.history.contains("respond"))
        #expect(rig.ending?.endTrigger == "end_conversation:rejected")
        var interrupted = Rig.talking()
        interrupted.hear(.responseCreated(id: "r1"), .speechStarted(itemId: "t1", audioStartMs: nil))
        interrupted.hear(.responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(!interrupted.history.contains("respond"))
    }

    @Test func `an answer that completes after its listener has left was not heard`() {
        var rig = Rig.talking()
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), .speechStopped(itemId: "t1", audioEndMs: nil))
        rig.hear(.committed(itemId: "t1", after: .first))
        rig.step(.detached)
        #expect(rig.hear(.responseCreated(id: "r1")).contains("cancel r1"))
        rig.hear(.itemAdded(.init(id: "a1", kind: .assistant), after: .item("t1")))
        #expect(rig.audio(1_000, of: "a1") == .drop)
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "Good day."),
            .audioDone(itemId: "a1", responseId: "r1"),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(!rig.transcript.contains { $0.speaker == .avatar })
        #expect(rig.history.filter { $0 == "delete a1" }.count == 1)
        rig.step(.attached)
        #expect(rig.fire(.resumeGrace, after: 1_000).contains("respond"))
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
    }

    // MARK: Broken off

    private let sixteen =
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen."

    /// 600 ms of audio that were heard a while ago, when the server closes the answer before it says why.
    private func closedEarly(_ closing: [RealtimeEvent]) -> Rig {
        var rig = Rig.talking()
        rig.hear(
            .responseCreated(id: "r1"), .itemAdded(.init(id: "a1", kind: .assistant), after: .unknown),
            .words(itemId: "a1", responseId: "r1", delta: sixteen))
        rig.audio(600, of: "a1")
        rig.fire(.playback, after: 1)
        rig.hear(
            .audioDone(itemId: "a1", responseId: "r1"), .wordsDone(itemId: "a1", responseId: "r1", text: sixteen),
            after: 1_500)
        for event in closing { rig.hear(event) }
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil))
        return rig
    }

    private static let closings: [[RealtimeEvent]] = [
        [
            .outputItem(.init(id: "a1", kind: .assistant, status: .incomplete), responseId: "r1", isDone: true),
            .responseDone(.init(id: "r1", status: .cancelled, reason: "turn_detected", output: [])),
        ],
        [
            .outputItem(.init(id: "a1", kind: .assistant), responseId: "r1", isDone: true),
            .responseDone(.init(id: "r1", status: .cancelled, output: [])),
        ],
    ]

    @Test(arguments: closings)
    func `an answer that is closed before the interruption is known ends where its audio did`(
        closing: [RealtimeEvent]
    ) {
        let rig = closedEarly(closing)
        #expect(rig.transcript.count == 1)
        let said = rig.transcript.first
        #expect(said?.interrupted == true)
        #expect((1...4).contains(said?.text.split(separator: " ").count ?? 0), "\(said?.text ?? "")")
        #expect(said?.endTime == 1.6)
        let shown = rig.sent.compactMap { if case .transcript(let line) = $0 { line.text } else { nil } }
        #expect(shown == [said?.text], "the whole sentence was never shown")
        #expect(rig.history.filter { $0.hasPrefix("truncate") } == ["truncate a1 600"])
    }

    @Test func `an interrupted answer that is still playing falls silent when it is closed`() {
        var rig = Rig.talking()
        rig.hear(
            .responseCreated(id: "r1"), .itemAdded(.init(id: "a1", kind: .assistant), after: .unknown),
            .words(itemId: "a1", responseId: "r1", delta: "one two three four"))
        rig.audio(4_000, of: "a1")
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "one two three four"),
            .audioDone(itemId: "a1", responseId: "r1"), after: 2_000)
        rig.hear(.responseDone(.init(id: "r1", status: .cancelled, reason: "turn_detected", output: [])))
        #expect(rig.did.contains("send clear a1 2000"))
        #expect(rig.did.contains("truncate a1 2000"))
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil))
        #expect(rig.transcript.map(\.text) == ["one two"])
        #expect(rig.sent.filter { if case .transcript = $0 { true } else { false } }.count == 1)
    }

    @Test func `the end of an answer that was over before interrupts nothing`() {
        var rig = Rig.talking()
        rig.answer("one two three four", length: 4_000)
        rig.hear(
            .responseDone(.init(id: "r0", status: .cancelled, reason: "turn_detected", output: [])), after: 1_000)
        #expect(!rig.history.contains { $0.hasPrefix("send clear") })
    }

    @Test func `an item that was closed as complete is said in full, whatever becomes of its answer`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(1_000, of: "a1")
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "Well then."),
            .audioDone(itemId: "a1", responseId: "r1"),
            .outputItem(.init(id: "a1", kind: .assistant, status: .completed), responseId: "r1", isDone: true))
        #expect(rig.fire(.playback, after: 1).contains("send 2 AVATAR Well then."))
        rig.fire(.playback, after: 1_000)
        rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: [])))
        #expect(rig.transcript.map(\.interrupted) == [nil])
        #expect(!rig.history.contains { $0.hasPrefix("truncate") })
    }

    // MARK: Typed

    @Test func `a typed line that interrupts has the time at which it was typed, and its answer its length`() {
        var rig = Rig.talking()
        rig.step(.message(.text("Tell me the whole story.")))
        rig.answer("Once upon a time there was a king in a land of milk.", length: 10_000)
        rig.fire(.playback, after: 1)
        rig.step(.message(.text("I interrupt you now.")), after: 2_999)
        rig.answer("Hm. And?", item: "a2", response: "r2", length: 1_500, after: 300)
        rig.fire(.playback, after: 1)
        let lines = rig.transcript
        #expect(lines.map(\.speaker) == [.trainee, .avatar, .trainee, .avatar])
        #expect(lines.map(\.startTime) == [1, 1, 4, 4.3])
        #expect(lines.map(\.endTime) == [1, 4, 4, 5.8])
        #expect(lines.map(\.interrupted) == [nil, true, nil, nil])
    }

    // MARK: One id for two items

    @Test func `two answers with one item id are two utterances`() {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        func answer(_ text: String, _ response: String) {
            rig.hear(
                .responseCreated(id: response),
                .outputItem(.init(id: "item", kind: .assistant), responseId: response, isDone: false))
            #expect(rig.audio(1_000, of: "item", response: response) == .forward(offsetMs: 0))
            #expect(rig.audio(1_000, of: "item", response: response) == .forward(offsetMs: 1_000))
            rig.hear(
                .wordsDone(itemId: "item", responseId: response, text: text),
                .audioDone(itemId: "item", responseId: response),
                .responseDone(.init(id: response, status: .completed, output: [])))
            rig.fire(.playback, after: 1)
            rig.fire(.playback, after: 2_000)
        }
        answer("Good day.", "r1")
        rig.hear(.committed(itemId: "t2", after: .item("item")), .transcribed(itemId: "t2", text: "How are you?"))
        answer("Fine.", "r2")
        #expect(rig.transcript.map(\.text) == ["Hello.", "Good day.", "How are you?", "Fine."])
        #expect(Set(rig.transcript.map(\.utteranceId)).count == 4)
    }

    @Test func `a second answer with the id of one that was cut is heard, even without an event before its audio`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(4_000, of: "item")
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil), after: 2_000)
        rig.hear(
            .wordsDone(itemId: "item", responseId: "r1", text: "one two three four"),
            .responseDone(.init(id: "r1", status: .cancelled, output: [])))
        rig.hear(.responseCreated(id: "r2"))
        #expect(rig.audio(1_000, of: "item", response: "r2") == .forward(offsetMs: 0))
        #expect(rig.audio(100, of: "item", response: "r1") == .drop)
        rig.hear(
            .wordsDone(itemId: "item", responseId: "r2", text: "five"),
            .responseDone(.init(id: "r2", status: .completed, output: [])))
        rig.fire(.playback, after: 1)
        #expect(rig.transcript.map(\.text) == ["one two", "five"])
    }

    // MARK: Text items of the server

    private func user(_ id: String, _ text: String) -> RealtimeEvent {
        .itemAdded(.init(id: id, kind: .user, text: text, isTyped: true), after: .unknown)
    }

    @Test func `a text item of the server is a line of the trainee, once`() {
        var rig = Rig.talking()
        rig.hear(user("x1", " Hello there. "), user("x1", "Hello there."))
        #expect(rig.transcript.map(\.text) == ["Hello there."])
        #expect(rig.transcript.map(\.speaker) == [.trainee])
        rig.step(.message(.endSession))
        #expect(rig.conversation.phase == .ended, "no words are waited for")
    }

    @Test func `the echo of a typed line is no line, even under another id, and what follows stands after it`() {
        var rig = Rig.talking()
        rig.step(.message(.text("Hello there.")))
        rig.hear(user("x1", "Hello there."), user("x1", "Hello there."))
        rig.hear(.responseCreated(id: "r1"), .itemAdded(.init(id: "a1", kind: .assistant), after: .item("x1")))
        rig.audio(1_000, of: "a1")
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "Good day."), .audioDone(itemId: "a1", responseId: "r1"),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        rig.fire(.playback, after: 1)
        #expect(rig.transcript.map(\.text) == ["Hello there.", "Good day."])
        // The same text once more is a new line: the echo has come.
        rig.hear(user("x2", "Hello there."), after: 2_000)
        #expect(rig.transcript.map(\.text) == ["Hello there.", "Good day.", "Hello there."])
    }

    @Test func `a line that is typed twice is two lines, in whatever way the server repeats them`() {
        var rig = Rig.talking()
        rig.step(.message(.text("Yes.")))
        rig.step(.message(.text("Yes.")), after: 10)
        rig.hear(user("line_1", "Yes."), user("line_1", "Yes."), user("line_2", "Yes."), after: 10)
        #expect(rig.transcript.map(\.text) == ["Yes.", "Yes."])
        #expect(rig.transcript.map(\.utteranceId) == ["u1", "u2"])
    }

    @Test func `the echo of a replayed conversation is no conversation`() {
        var rig = Rig.talking()
        rig.step(.message(.text("Hello there.")))
        rig.answer("Good day.")
        rig.fire(.playback, after: 1_000)
        rig.step(.upstreamLost(.reconnect, detail: ""), after: 1_000)
        rig.fire(.reconnect, after: 500)
        rig.step(.upstreamOpened)
        rig.hear(.sessionUpdated)
        rig.hear(
            user("x1", "Hello there."),
            .itemAdded(.init(id: "x2", kind: .assistant, text: "Good day."), after: .item("x1")))
        rig.answer("Yes?", item: "a2", response: "r2")
        rig.fire(.playback, after: 1)
        #expect(rig.transcript.map(\.text) == ["Hello there.", "Good day.", "Yes?"])
        #expect(!rig.history.contains("delete x2"))
    }
}
