import Domain
import Testing

@testable import Conversation
@testable import RelayService

/// The upstream connection is lost, and the conversation continues.
@Suite struct UpstreamLossTests {
    private let anchor = RealtimePrompt.anchor(Fixture.persona)

    private func told(_ rig: Rig) -> [String] {
        rig.did.filter { !$0.hasPrefix("stop") && !$0.hasPrefix("start") }
    }

    private func lose(_ rig: inout Rig, after ms: Int = 0) {
        rig.step(.upstreamLost(.reconnect, detail: "closed"), after: ms)
    }

    /// Receives audio in pieces of 100 ms.
    private func listen(_ rig: inout Rig, pieces: Range<Int>) {
        for _ in pieces { rig.microphone(100, after: 100) }
    }

    /// Five seconds of audio, with a sentence from 1 s to 3 s that is not transcribed yet. The server reports its start
    /// half a second late.
    private func speak(_ rig: inout Rig) {
        listen(&rig, pieces: 0..<15)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: 1_000))
        listen(&rig, pieces: 15..<50)
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: 3_000))
        rig.hear(.committed(itemId: "t1", after: .first))
    }

    /// The new connection is ready.
    private func reconnect(_ rig: inout Rig, after ms: Int = 500) {
        rig.fire(.reconnect, after: ms)
        rig.step(.upstreamOpened)
        rig.hear(.sessionUpdated)
    }

    // MARK: What was said

    @Test func `the new connection is sent what was said and the customer's state`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        rig.answer("Good day.", length: 1_000)
        rig.fire(.playback, after: 1_000)
        rig.step(.verdict(verdict(1, 4)))
        lose(&rig, after: 1_000)
        #expect(rig.did.contains("send status reconnecting"))
        #expect(rig.did.contains("start reconnect 500"))
        reconnect(&rig)
        #expect(
            told(rig) == [
                "user re_1 Hello.", "assistant re_2 Good day.", "system re_3 \(anchor)",
                "system sup_2 [state] attitude=4 direction=rising. Soften.", "send status ok",
            ])

        #expect(!rig.did.contains("delete sup_1"), "the new line never had the old state")
        rig.hear(
            .itemAdded(.init(id: "re_1", kind: .user), after: .first),
            .itemAdded(.init(id: "re_2", kind: .assistant), after: .item("re_1")))
        rig.hear(
            .committed(itemId: "n1", after: .item("re_3")), .transcribed(itemId: "n1", text: "Again."), after: 1_000)
        #expect(rig.transcript.map(\.text) == ["Hello.", "Good day.", "Again."])
    }

    @Test func `an untranscribed sentence is sent again in its place and keeps its utterance`() {
        var rig = Rig.talking()
        speak(&rig)
        rig.answer("Good day.", length: 1_000)
        rig.fire(.playback, after: 2_000)
        lose(&rig)
        #expect(!rig.transcript.contains { $0.speaker == .trainee })
        rig.fire(.reconnect, after: 500)
        #expect(rig.step(.upstreamOpened) == ["update gpt-transcribe verse by hand"])
        rig.hear(.sessionUpdated)
        #expect(
            told(rig) == [
                "say 1000 to 3000", "commit", "assistant re_1 Good day.", "system re_2 \(anchor)",
                "update gpt-transcribe verse", "say 4400 to 5000", "send status ok",
            ])

        rig.hear(
            .sessionUpdated, .committed(itemId: "n1", after: .first),
            .itemAdded(.init(id: "n1", kind: .user), after: .first),
            .itemAdded(.init(id: "re_1", kind: .assistant), after: .item("n1")))
        rig.hear(.transcribed(itemId: "n1", text: "Hello."), after: 300)
        #expect(rig.transcript.map(\.text) == ["Hello.", "Good day."])
        #expect(rig.transcript.map(\.utteranceId) == ["u1", "u2"])
        #expect(rig.transcript.map(\.startTime) == [2.0, 6.0])
        #expect(!rig.history.contains("respond"), "it was answered before")
    }

    @Test func `a sentence that the new connection refuses is inaudible`() {
        var rig = Rig.talking()
        speak(&rig)
        lose(&rig)
        reconnect(&rig)
        let commit = rig.commands.last { if case .commitAudio = $0.command { true } else { false } }
        rig.hear(.error(RealtimeError(code: "input_audio_buffer_commit_empty", eventId: commit?.id)))
        #expect(rig.transcript.map(\.text) == ["[inaudible]"])
    }

    @Test func `after a second loss everything is sent again`() {
        var rig = Rig.talking()
        speak(&rig)
        lose(&rig)
        reconnect(&rig)
        rig.hear(.committed(itemId: "n1", after: .first))
        lose(&rig)
        reconnect(&rig)
        #expect(told(rig).prefix(2) == ["say 1000 to 3000", "commit"])
        rig.hear(.committed(itemId: "m1", after: .first), .transcribed(itemId: "m1", text: "Hello."))
        #expect(rig.transcript.map(\.text) == ["Hello."])
    }

    @Test func `a sentence that was being spoken is sent from its beginning`() {
        var rig = Rig.talking()
        listen(&rig, pieces: 0..<45)
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: 4_000))
        listen(&rig, pieces: 45..<50)
        lose(&rig)
        for _ in 0..<10 { #expect(rig.microphone(100, after: 100) == .hold) }
        reconnect(&rig, after: 0)
        #expect(told(rig) == ["say 4000 to 6000", "send status ok"])
        #expect(rig.microphone(100, after: 100) == .forward(offsetMs: 0))
        // The new connection counts from its own start; the sentence keeps its time.
        rig.hear(.speechStarted(itemId: "n1", audioStartMs: 0), .speechStopped(itemId: "n1", audioEndMs: 2_000))
        rig.hear(.committed(itemId: "n1", after: .first), .transcribed(itemId: "n1", text: "Hello."))
        #expect(rig.transcript.map(\.startTime) == [5.0])
        #expect(rig.transcript.map(\.endTime) == [7.0])
    }

    @Test func `ids that a server counts from the start on each connection name new items`() {
        var rig = Rig.talking()
        rig.hear(
            .speechStarted(itemId: "item_1", audioStartMs: nil), .speechStopped(itemId: "item_1", audioEndMs: nil),
            .committed(itemId: "item_1", after: .first), .transcribed(itemId: "item_1", text: "Hi."), after: 1_000)
        rig.answer("Good day.", item: "item_2", response: "resp_1", length: 1_000)
        rig.fire(.playback, after: 1_000)
        lose(&rig, after: 1_000)
        reconnect(&rig)
        rig.hear(.speechStarted(itemId: "item_1", audioStartMs: nil), after: 1_000)
        rig.hear(
            .speechStopped(itemId: "item_1", audioEndMs: nil), .committed(itemId: "item_1", after: .first),
            .transcribed(itemId: "item_1", text: "How old are you?"), after: 1_000)
        rig.hear(
            .responseCreated(id: "resp_1"),
            .itemAdded(.init(id: "item_2", kind: .assistant), after: .item("item_1")))
        #expect(rig.audio(1_000, of: "item_2", response: "resp_1") == .forward(offsetMs: 0))
        rig.hear(
            .wordsDone(itemId: "item_2", responseId: "resp_1", text: "Forty."),
            .audioDone(itemId: "item_2", responseId: "resp_1"),
            .responseDone(.init(id: "resp_1", status: .completed, output: [])))
        rig.fire(.playback, after: 1_000)
        #expect(rig.transcript.map(\.text) == ["Hi.", "Good day.", "How old are you?", "Forty."])
        #expect(rig.transcript.map(\.utteranceId) == ["u1", "u2", "u3", "u4"])
        #expect(rig.transcript.map(\.startTime) == [2, 2, 5.5, 6.5])
    }

    @Test func `a sentence without words keeps its place when the next connection uses its id`() {
        var rig = Rig.talking()
        listen(&rig, pieces: 0..<20)
        rig.hear(.speechStarted(itemId: "item_1", audioStartMs: 500), .speechStopped(itemId: "item_1", audioEndMs: 900))
        rig.hear(.committed(itemId: "item_1", after: .first))
        rig.hear(.speechStarted(itemId: "item_2", audioStartMs: 1_000))
        rig.hear(
            .speechStopped(itemId: "item_2", audioEndMs: 1_800), .committed(itemId: "item_2", after: .item("item_1")))
        rig.hear(.transcribed(itemId: "item_1", text: "Hi."))
        lose(&rig)
        reconnect(&rig)
        // The second sentence is the first item here.
        rig.hear(.sessionUpdated, .committed(itemId: "item_1", after: .first))
        rig.hear(.transcribed(itemId: "item_1", text: "It is me."))
        rig.hear(.committed(itemId: "item_2", after: .item("item_1")), after: 1_000)
        rig.hear(.transcribed(itemId: "item_2", text: "Hello?"))
        #expect(rig.transcript.map(\.text) == ["Hi.", "It is me.", "Hello?"])
        #expect(rig.transcript.map(\.utteranceId) == ["u1", "u2", "u3"])
    }

    @Test func `a sentence that has the same id on the next connection is still one that is sent again`() {
        var rig = Rig.talking()
        listen(&rig, pieces: 0..<20)
        for (item, startMs) in [("item_1", 500), ("item_2", 1_200)] {
            rig.hear(.speechStarted(itemId: item, audioStartMs: startMs))
            rig.hear(.speechStopped(itemId: item, audioEndMs: startMs + 500), .committed(itemId: item, after: .unknown))
        }
        lose(&rig)
        reconnect(&rig)
        for item in ["item_1", "item_2"] { rig.hear(.committed(itemId: item, after: .unknown)) }
        rig.hear(.transcribed(itemId: "item_1", text: "Hi."), .transcribed(itemId: "item_2", text: "It is me."))
        rig.hear(.committed(itemId: "item_3", after: .item("item_2")), .transcribed(itemId: "item_3", text: "Hello?"))
        #expect(rig.transcript.map(\.text) == ["Hi.", "It is me.", "Hello?"])
        #expect(rig.transcript.map(\.utteranceId) == ["u1", "u2", "u3"])
    }

    // MARK: The answer

    struct Owed: CustomTestStringConvertible {
        var testDescription: String
        var before: @Sendable (inout Rig) -> Void
        var isOwed: Bool
    }

    @Test(arguments: [
        Owed(testDescription: "nobody waited", before: { _ in }, isOwed: false),
        Owed(
            testDescription: "the trainee had finished a turn",
            before: { $0.hear(.speechStopped(itemId: "t1", audioEndMs: nil)) }, isOwed: true),
        Owed(
            testDescription: "an answer was under way", before: { $0.hear(.responseCreated(id: "r1")) }, isOwed: true),
        Owed(
            testDescription: "one had failed and would be asked for again",
            before: {
                let limited = RealtimeError(code: "rate_limit_exceeded")
                $0.hear(.responseCreated(id: "r1"))
                $0.hear(.responseDone(.init(id: "r1", status: .failed, error: limited, output: [])))
            }, isOwed: true),
        Owed(testDescription: "one had been asked for", before: { $0.step(.message(.text("Hello"))) }, isOwed: true),
        Owed(
            testDescription: "the trainee was interrupting it",
            before: {
                $0.hear(.responseCreated(id: "r1"))
                $0.hear(.speechStarted(itemId: "t1", audioStartMs: nil))
            }, isOwed: false),
        Owed(testDescription: "the answer was complete", before: { $0.answer("Good day.") }, isOwed: false),
    ])
    func `an awaited answer is given on the new connection`(the: Owed) {
        var rig = Rig.talking()
        the.before(&rig)
        lose(&rig)
        reconnect(&rig)
        #expect(rig.did.contains("respond") == the.isOwed)
    }

    @Test func `a typed utterance that comes while upstream is lost is answered after the reconnect`() {
        var rig = Rig.talking()
        lose(&rig)
        rig.step(.message(.text("Hello")))
        #expect(!rig.did.contains("respond"))
        reconnect(&rig)
        #expect(told(rig) == ["user re_1 Hello", "system re_2 \(anchor)", "respond", "send status ok"])
    }

    @Test func `one that comes while the new connection is configured is sent once`() {
        var rig = Rig.talking()
        lose(&rig)
        rig.fire(.reconnect, after: 500)
        rig.step(.upstreamOpened)
        rig.step(.message(.text("Hello")))
        #expect(rig.hear(.sessionUpdated).contains("respond"))
        #expect(rig.history.filter { $0.hasPrefix("user") } == ["user re_1 Hello"])
    }

    @Test func `an answer that breaks off has only the words of its received audio`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"), .words(itemId: "a1", responseId: "r1", delta: "one two three four five"))
        // 23 characters take 1.5 s; only 800 ms of audio came.
        rig.audio(800, of: "a1")
        rig.fire(.playback, after: 500)
        lose(&rig)
        #expect(rig.transcript.map(\.text) == ["one two"])
        #expect(rig.transcript.map(\.interrupted) == [true])
        #expect(rig.transcript.map(\.endTime) == [1.8])
        reconnect(&rig)
        #expect(told(rig).first == "assistant re_1 one two")
        #expect(rig.did.contains("respond"))
    }

    @Test func `an answer without received audio leaves no utterance`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"), .words(itemId: "a1", responseId: "r1", delta: "one two"))
        lose(&rig)
        reconnect(&rig)
        #expect(rig.transcript.isEmpty)
        #expect(rig.did.contains("respond"))
    }

    @Test func `a complete answer plays on while upstream is lost, and is sent to the new connection`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(2_000, of: "a1")
        rig.audio(2_000, of: "a2")
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "one."),
            .wordsDone(itemId: "a2", responseId: "r1", text: "two."),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        rig.fire(.playback, after: 1)
        lose(&rig)
        reconnect(&rig)
        #expect(told(rig).prefix(2) == ["assistant re_1 one.", "assistant re_2 two."])
        rig.fire(.playback, after: 4_000)
        #expect(rig.transcript.map(\.text) == ["one.", "two."])
        #expect(rig.transcript.map(\.interrupted) == [nil, nil])
    }

    // MARK: Failing answers

    private let limited = RealtimeError(code: "rate_limit_exceeded")

    private func fail(_ rig: inout Rig, with error: RealtimeError) {
        rig.hear(
            .responseCreated(id: nil), .responseDone(.init(id: nil, status: .failed, error: error, output: [])))
    }

    @Test func `an answer that a limit refuses is requested three more times, with growing waits`() {
        var rig = Rig.talking()
        for wait in [1_000, 2_000, 4_000] {
            fail(&rig, with: limited)
            #expect(rig.did.contains("start retryResponse \(wait)"))
            #expect(rig.fire(.retryResponse, after: wait).contains("respond"))
        }
        fail(&rig, with: limited)
        #expect(rig.did.contains("disconnect"))
        #expect(rig.did.contains("start reconnect 500"))
        reconnect(&rig)
        #expect(rig.did.contains("respond"))
    }

    @Test func `a wait that the server states for its limit is observed, up to 20 s`() {
        var rig = Rig.talking()
        rig.hear(.rateLimits(waitSeconds: 6.5))
        fail(&rig, with: limited)
        #expect(rig.did.contains("start retryResponse 6500"))
        rig.fire(.retryResponse, after: 6_500)
        rig.hear(.rateLimits(waitSeconds: 3_600))
        fail(&rig, with: limited)
        #expect(rig.did.contains("start retryResponse 20000"))
    }

    @Test func `after a server error the answer is requested once more, then on a new connection`() {
        var rig = Rig.talking()
        fail(&rig, with: RealtimeError(type: "server_error"))
        #expect(rig.fire(.retryResponse, after: 1_000).contains("respond"))
        fail(&rig, with: RealtimeError(type: "server_error"))
        #expect(rig.did.contains("disconnect"))
    }

    @Test func `a trainee who speaks before the retry makes it unnecessary`() {
        var rig = Rig.talking()
        fail(&rig, with: limited)
        #expect(rig.hear(.speechStarted(itemId: "t2", audioStartMs: nil)).contains("stop retryResponse"))
    }

    @Test func `so does one who types, or an answer that begins after all`() {
        var typing = Rig.talking()
        fail(&typing, with: limited)
        #expect(typing.step(.message(.text("Hello?"))).contains("stop retryResponse"))
        typing.fire(.retryResponse, after: 1_000)
        typing.answer("Yes?", response: "r2")
        #expect(typing.history.filter { $0 == "respond" }.count == 1)
        var late = Rig.talking()
        late.step(.message(.text("Hello?")))
        late.hear(.error(RealtimeError(type: "server_error", message: "Something.")))
        late.answer("Yes?")
        #expect(late.history.contains("stop retryResponse"))
        late.fire(.retryResponse, after: 1_000)
        #expect(late.history.filter { $0 == "respond" }.count == 1)
    }

    @Test func `the failure of an answer that another has replaced asks for none`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r2"))
        rig.hear(.responseDone(.init(id: "r1", status: .failed, error: limited, output: [])))
        #expect(!rig.did.contains { $0.hasPrefix("start retryResponse") })
    }

    @Test func `an error that concerns no answer requests none`() {
        var rig = Rig.talking()
        rig.hear(.error(RealtimeError(type: "server_error", message: "Something.")))
        #expect(!rig.did.contains { $0.hasPrefix("start retryResponse") })
    }

    // MARK: Silence of upstream

    @Test func `an answer that is silent for 15 s means that the connection is dead`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(100, of: "a1", after: 5_000)
        #expect(rig.fire(.stall, after: 10_000).first == "start stall 5000")
        rig.fire(.stall, after: 5_000)
        #expect(rig.did.contains("disconnect"))
    }

    @Test func `an answer that does not begin within 15 s means the same`() {
        var rig = Rig.talking()
        #expect(rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), after: 40_000).contains("start stall 15000"))
        #expect(rig.fire(.stall, after: 15_000).contains("disconnect"))
        reconnect(&rig)
        #expect(rig.did.contains("respond"))
    }

    @Test func `a connection that is sent audio and silent for a minute is dead`() {
        var rig = Rig.talking()
        for _ in 0..<60 { rig.microphone(100, after: 1_000) }
        #expect(rig.fire(.stall).contains("disconnect"))
        var unfed = Rig.talking()
        #expect(unfed.fire(.stall, after: 60_000) == ["start stall 60000"])
    }

    // MARK: Renewal

    /// The session of the fixture began at 1,730,023,200 Unix seconds.
    private static let expiries: [(at: Double?, renewalMs: Int)] = [
        (nil, 3_300_000), (1_730_025_000.4, 1_500_000), (1_730_023_240.4, 30_000), (1_730_023_195, 3_300_000),
    ]

    @Test(arguments: expiries)
    func `a connection is renewed some time before it expires`(expiresAt: Double?, after: Int) {
        var rig = Rig()
        rig.step(.attached)
        rig.step(.upstreamOpened, after: 400)
        #expect(rig.hear(.sessionCreated(id: "s", expiresAt: expiresAt)) == ["start renew \(after)"])
    }

    @Test func `in the next pause a new connection takes over, and the client is not notified`() {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(2_000, of: "a1")
        #expect(rig.fire(.renew) == [])
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "one."),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(!rig.did.contains("connect"))
        rig.fire(.playback, after: 2_000)
        #expect(rig.did.filter { !$0.hasPrefix("stop") }.prefix(3) == ["disconnect", "start connect 20000", "connect"])
        #expect(rig.microphone(100, after: 100) == .hold)
        rig.step(.upstreamOpened)
        rig.hear(.sessionUpdated)
        #expect(
            told(rig) == ["user re_1 Hello.", "assistant re_2 one.", "system re_3 \(anchor)", "say 0 to 100"])
        #expect(!rig.history.contains { $0.hasPrefix("send status") })
    }

    @Test func `a connection is not renewed while an answer waits to be asked for again`() {
        var rig = Rig.talking()
        fail(&rig, with: limited)
        #expect(!rig.fire(.renew).contains("connect"))
        #expect(rig.fire(.retryResponse, after: 1_000).contains("respond"))
        rig.answer("Good day.")
        #expect(rig.fire(.playback, after: 1_000).contains("connect"))
    }

    @Test func `a connection that cannot be renewed is lost like any other`() {
        var rig = Rig.talking()
        rig.fire(.renew)
        #expect(rig.did.contains("connect"))
        lose(&rig)
        #expect(rig.did.contains("send status reconnecting"))
        reconnect(&rig)
        #expect(rig.did.contains("send status ok"))
    }
}
