import Domain
import Testing

@testable import Conversation
@testable import RelayService

/// How a turn of the trainee ends when audio or an answer does not come.
@Suite struct TurnEndTests {
    /// A second of audio, from 1,000 ms on, with a sentence that began half a second ago.
    private func speaking() -> Rig {
        var rig = Rig.talking()
        for _ in 0..<10 { rig.microphone(100, after: 100) }
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: 500))
        return rig
    }

    private func silences(_ steps: [String]) -> [String] { steps.filter { $0.hasPrefix("silence") } }

    // MARK: No audio

    @Test func `a turn whose audio stops coming ends in silence, at the time at which it was spoken`() {
        var rig = speaking()
        #expect(rig.did.contains("start microphone 1500"))
        #expect(rig.fire(.microphone, after: 1_500) == ["silence 1000 to 2500", "start microphone 100"])
        #expect(rig.fire(.microphone, after: 100) == ["silence 2500 to 2600", "start microphone 100"])
        rig.hear(
            .speechStopped(itemId: "t1", audioEndMs: 1_500), .committed(itemId: "t1", after: .first),
            .transcribed(itemId: "t1", text: "Hello."))
        #expect(rig.fire(.microphone, after: 100) == [])
        #expect(rig.transcript.map(\.startTime) == [1.5])
        #expect(rig.transcript.map(\.endTime) == [2.5])
    }

    @Test func `audio that pauses for less than a second and a half is waited for`() {
        var rig = speaking()
        rig.microphone(100, after: 1_400)
        #expect(rig.fire(.microphone, after: 100) == ["start microphone 1400"])
        #expect(rig.fire(.microphone, after: 1_400) == ["silence 1100 to 2600", "start microphone 100"])
        // Audio ends the silence.
        #expect(rig.microphone(100, after: 50) == .forward(offsetMs: 0))
        #expect(rig.fire(.microphone, after: 50) == ["start microphone 1450"])
    }

    @Test func `silence is limited, then the relay commits the turn`() {
        var rig = speaking()
        rig.fire(.microphone, after: 1_500)
        for _ in 0..<200 { rig.fire(.microphone, after: 100) }
        #expect(silences(rig.history).last == "silence 10900 to 11000")
        #expect(rig.history.filter { $0 == "commit" }.count == 1)
        #expect(!rig.history.contains("disconnect"))
        #expect(rig.fire(.answer, after: 3_500).contains("respond"), "no item came of it")
    }

    @Test func `a muted client is heard as silent at once, until it unmutes`() {
        var rig = speaking()
        #expect(rig.step(.message(.mute(on: true)), after: 20).contains("start microphone 0"))
        #expect(rig.fire(.microphone) == ["silence 1000 to 1020", "start microphone 100"])
        #expect(rig.fire(.microphone, after: 100) == ["silence 1020 to 1120", "start microphone 100"])
        rig.step(.message(.mute(on: false)), after: 50)
        #expect(rig.fire(.microphone, after: 50) == ["start microphone 1450"])
    }

    @Test func `a mute after a word that the server has not noticed is a second of silence`() {
        var rig = Rig.talking()
        rig.microphone(100, after: 100)
        rig.step(.message(.mute(on: true)))
        for _ in 0..<30 { rig.fire(.microphone, after: 100) }
        #expect(silences(rig.history).last == "silence 1000 to 1100")
        #expect(rig.did == [])
        rig.step(.message(.mute(on: true)))
        #expect(silences(rig.did) == [])
    }

    @Test func `a client that mutes and leaves is not muted when it is back`() {
        var rig = speaking()
        rig.step(.message(.mute(on: true)))
        rig.step(.detached)
        #expect(silences(rig.fire(.microphone, after: 100)) == [])
        rig.step(.attached)
        rig.microphone(100, after: 100)
        rig.hear(.speechStarted(itemId: "t2", audioStartMs: nil))
        #expect(rig.did.contains("start microphone 1500"))
    }

    @Test func `a turn of a client that was replaced ends in silence if the next one sends no audio`() {
        var rig = Rig.talking()
        rig.microphone(1_000, after: 1_000)
        rig.step(.attached, after: 100)
        #expect(rig.hear(.speechStarted(itemId: "t1", audioStartMs: 500)).contains("start microphone 1500"))
        #expect(silences(rig.fire(.microphone, after: 1_500)).count == 1)
    }

    @Test func `silence is part of a sentence that is sent again`() {
        var rig = speaking()
        rig.fire(.microphone, after: 1_500)
        rig.step(.upstreamLost(.reconnect, detail: ""))
        #expect(silences(rig.fire(.microphone, after: 100)) == [], "no connection is there")
        rig.fire(.reconnect, after: 500)
        rig.step(.upstreamOpened)
        #expect(rig.hear(.sessionUpdated).contains("say 500 to 2500"))
        rig.hear(.speechStarted(itemId: "n1", audioStartMs: 0))
        #expect(silences(rig.fire(.microphone)).count == 1, "the client is still silent")
    }

    @Test func `silence or audio after a pause does not count as a stalled connection`() {
        var muted = Rig.talking()
        muted.step(.message(.mute(on: true)), after: 59_900)
        #expect(silences(muted.fire(.microphone, after: 50)).count == 1)
        #expect(!muted.fire(.stall, after: 50).contains("disconnect"))
        var pushToTalk = Rig.talking()
        pushToTalk.microphone(100, after: 59_950)
        #expect(!pushToTalk.fire(.stall, after: 50).contains("disconnect"))
    }

    // MARK: No answer

    @Test func `a turn without words is answered on the same connection`() {
        var rig = speaking()
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .first))
        rig.hear(.transcriptionFailed(itemId: "t1", code: "x"), after: 500)
        #expect(rig.did.contains("start answer 3000"))
        #expect(rig.fire(.answer, after: 3_000).contains("respond"))
        #expect(!rig.history.contains("disconnect"))
        #expect(rig.fire(.answer, after: 3_500).contains("respond") == false, "asked for once")
        // A connection that does not answer even then is replaced.
        #expect(rig.fire(.stall, after: 8_500).contains("disconnect"))
    }

    @Test func `a turn that the server throws away is answered on the same connection`() {
        var rig = speaking()
        #expect(rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil)).contains("start answer 3500"))
        #expect(rig.fire(.answer, after: 3_500).contains("respond"))
    }

    @Test func `a server that answers late is waited for twice as long`() {
        var rig = speaking()
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .first))
        #expect(rig.fire(.answer, after: 3_500) == ["start answer 4500"])
        #expect(rig.fire(.answer, after: 4_500).contains("respond"))
    }

    @Test func `a turn is not over while its answer may still come`() {
        var rig = speaking()
        rig.hear(
            .speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .first),
            .transcribed(itemId: "t1", text: "Hello."))
        #expect(!rig.fire(.renew, after: 7_999).contains("connect"))
        #expect(rig.fire(.answer, after: 1).contains("respond"))
    }

    @Test(arguments: ["", " "])
    func `a noise is not answered`(words: String) {
        var rig = speaking()
        rig.hear(
            .speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .first),
            .transcribed(itemId: "t1", text: words))
        #expect(rig.fire(.answer, after: 8_000) == [])
    }

    @Test(arguments: ["", nil])
    func `an earlier turn without words does not take the current one's place`(words: String?) {
        var rig = speaking()
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil), .committed(itemId: "t1", after: .first))
        rig.hear(.speechStarted(itemId: "t2", audioStartMs: nil), after: 100)
        rig.hear(.speechStopped(itemId: "t2", audioEndMs: nil), .committed(itemId: "t2", after: .item("t1")))
        rig.hear(
            words.map { .transcribed(itemId: "t1", text: $0) } ?? .transcriptionFailed(itemId: "t1", code: "x"),
            after: 100)
        #expect(rig.fire(.answer, after: 3_500) == ["start answer 4400"])
        #expect(rig.fire(.answer, after: 4_400).contains("respond"))
    }

    @Test func `an answer that the server begins at the same moment is the only one`() {
        var rig = speaking()
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil))
        rig.fire(.answer, after: 3_500)
        let request = rig.commands.last?.id
        rig.hear(.responseCreated(id: "r1"))
        rig.hear(.error(RealtimeError(code: "conversation_already_has_active_response", eventId: request)))
        rig.audio(500, of: "a1")
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "Yes?"), .audioDone(itemId: "a1", responseId: "r1"),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
    }

    @Test func `when the server answers twice, only the first answer is heard`() {
        var rig = speaking()
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil))
        rig.fire(.answer, after: 3_500)
        rig.answer("Yes?", item: "a1", response: "r1")
        #expect(rig.hear(.responseCreated(id: "r2")).contains("cancel r2"))
        #expect(rig.audio(500, of: "a2", response: "r2") == .drop)
        rig.hear(.responseDone(.init(id: "r2", status: .cancelled, output: [])))
        // The next turn is answered as usual.
        rig.hear(.speechStarted(itemId: "t2", audioStartMs: nil), .speechStopped(itemId: "t2", audioEndMs: nil))
        rig.answer("I see.", item: "a3", response: "r3")
        #expect(!rig.history.contains("cancel r3"))
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
    }

    @Test func `a server that reports no speech is asked to answer each turn that it does not answer, and only those`()
    {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Hello."))
        #expect(rig.fire(.answer, after: 8_000).contains("respond"))
        rig.answer("Yes?")
        rig.hear(
            .itemAdded(.init(id: "t2", kind: .user), after: .item("a1")), .committed(itemId: "t2", after: .item("a1")),
            .transcribed(itemId: "t2", text: "How are you?"), after: 2_000)
        rig.answer("Fine.", item: "a2", response: "r2")
        #expect(!rig.history.contains("cancel r2"))
        rig.fire(.playback, after: 1_000)
        rig.hear(
            .committed(itemId: "t3", after: .item("a2")), .transcribed(itemId: "t3", text: "Good."), after: 1_000)
        #expect(rig.fire(.answer, after: 8_000).contains("respond"))
        rig.answer("And you?", item: "a3", response: "r3")
        rig.fire(.playback, after: 1_000)
        #expect(rig.transcript.map(\.text) == ["Hello.", "Yes?", "How are you?", "Fine.", "Good.", "And you?"])
    }

    @Test func `a line that is typed during such an answer is answered too`() {
        var rig = speaking()
        rig.hear(.speechStopped(itemId: "t1", audioEndMs: nil))
        rig.fire(.answer, after: 3_500)
        rig.hear(.responseCreated(id: "r1"))
        rig.step(.message(.text("Hello?")))
        #expect(rig.hear(.responseDone(.init(id: "r1", status: .cancelled, output: []))).contains("respond"))
        #expect(!rig.hear(.responseCreated(id: "r2")).contains("cancel r2"))
    }
}
