import Testing

@testable import Conversation
@testable import RelayService

@Suite struct PlaybackClockTests {
    private func at(_ ms: Int) -> SessionTime { SessionTime(milliseconds: ms) }
    private func bytes(_ ms: Int) -> Int { ms * PCM.bytesPerMillisecond }

    @Test func `a burst is heard as time passes`() {
        var clock = PlaybackClock()
        #expect(clock.received(bytes(500), of: "a", at: at(100)) == 0)
        #expect(clock.received(bytes(500), of: "a", at: at(110)) == 500)
        #expect(clock.heardMs(of: "a", at: at(100)) == 0)
        #expect(clock.heardMs(of: "a", at: at(400)) == 300)
        #expect(clock.heardMs(of: "a", at: at(1100)) == 1000)
        #expect(clock.heardMs(of: "a", at: at(9000)) == 1000)
        #expect(clock.end == at(1100))
    }

    @Test func `audio that arrives too slowly leaves a pause`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(100), of: "a", at: at(0))
        _ = clock.received(bytes(100), of: "a", at: at(500))
        #expect(clock.end == at(600))
        #expect(clock.heardMs(of: "a", at: at(550)) == 150)
    }

    @Test func `items play one after the other`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(1000), of: "a", at: at(0))
        _ = clock.received(bytes(1000), of: "b", at: at(10))
        #expect(clock.current(at: at(500)) == "a")
        #expect(clock.heardMs(of: "b", at: at(500)) == 0)
        #expect(clock.current(at: at(1500)) == "b")
        #expect(clock.heardMs(of: "b", at: at(1500)) == 500)
        #expect(clock.current(at: at(2000)) == nil)
    }

    @Test func `a cut returns what was heard of each item, and no more audio of them is accepted`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(1000), of: "a", at: at(0))
        _ = clock.received(bytes(1000), of: "b", at: at(10))
        let cuts = clock.cut(at: at(300))
        #expect(
            cuts == [
                .init(itemId: "a", heardMs: 300, receivedMs: 1000), .init(itemId: "b", heardMs: 0, receivedMs: 1000),
            ])
        #expect(clock.received(bytes(100), of: "a", at: at(310)) == nil)
        #expect(clock.received(bytes(100), of: "b", at: at(310)) == nil)
        #expect(!clock.isPlaying(at: at(310)))
        #expect(clock.cut(at: at(320)).isEmpty)
        #expect(clock.received(bytes(100), of: "c", at: at(400)) == 0)
        #expect(clock.end == at(500))
    }

    @Test func `a cut after the end cuts nothing`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(1000), of: "a", at: at(0))
        #expect(clock.cut(at: at(1000)).isEmpty)
        #expect(clock.heardMs(of: "a", at: at(1000)) == 1000)
    }

    @Test func `an item that gets no more audio ends with what was received`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(1000), of: "a", at: at(0))
        #expect(clock.end("a") == .init(itemId: "a", heardMs: 1000, receivedMs: 1000))
        #expect(clock.received(bytes(100), of: "a", at: at(2000)) == nil)
        #expect(clock.end("a") == nil)
        #expect(clock.end("unknown") == nil)
    }

    @Test func `the client's position replaces the estimate, within what it was sent`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(1000), of: "a", at: at(0))
        _ = clock.received(bytes(1000), of: "b", at: at(0))
        clock.played(200, of: "a", at: at(500))
        #expect(clock.heardMs(of: "a", at: at(500)) == 200)
        #expect(clock.end == at(2300))
        clock.played(99_999, of: "a", at: at(600))
        #expect(clock.heardMs(of: "a", at: at(600)) == 1000)
        clock.played(-5, of: "b", at: at(600))
        #expect(clock.heardMs(of: "b", at: at(600)) == 0)
        #expect(!clock.isConfirmed)
        clock.played(1000, of: "b", at: at(900))
        #expect(clock.isConfirmed)
        #expect(!clock.isPlaying(at: at(900)))
        clock.played(10, of: "unknown", at: at(900))
        #expect(clock.end == at(900))
    }

    @Test func `a client that is ahead began earlier, one that falls behind has stalled`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(1000), of: "a", at: at(0))
        _ = clock.received(bytes(2000), of: "b", at: at(0))
        clock.played(300, of: "b", at: at(800))
        #expect(clock.span(of: "b")?.start == at(500))
        #expect(clock.end == at(2500))
        clock.played(500, of: "b", at: at(1500))
        #expect(clock.span(of: "b")?.start == at(500))
        #expect(clock.end == at(3000))
        clock.played(700, of: "b", at: at(1600))
        #expect(clock.span(of: "b")?.start == at(400))
        #expect(clock.end == at(2900))
        clock.played(1999, of: "b", at: at(1610))
        #expect(clock.span(of: "b")?.start == at(0), "not before it was sent")
    }

    @Test func `a client that plays an item has played those before it`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(4000), of: "a", at: at(0))
        _ = clock.received(bytes(2000), of: "b", at: at(0))
        clock.stop(at: at(1000))
        clock.played(1000, of: "b", at: at(6000))
        #expect(clock.current(at: at(6000)) == "b")
        clock.goOn(at: at(6000))
        #expect(clock.current(at: at(6000)) == "b")
        #expect(clock.heardMs(of: "a", at: at(6000)) == 4000)
        #expect(clock.end == at(7000))
        #expect(clock.span(of: "a")?.end == at(1000), "no later than what follows")
        #expect(clock.cut(at: at(6500)) == [.init(itemId: "b", heardMs: 1500, receivedMs: 2000)])
    }

    @Test func `nothing is heard while the client is disconnected`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(1000), of: "a", at: at(0))
        clock.stop(at: at(400))
        #expect(clock.heardMs(of: "a", at: at(30_000)) == 400)
        clock.played(350, of: "a", at: at(30_000))
        clock.goOn(at: at(30_000))
        #expect(clock.heardMs(of: "a", at: at(30_000)) == 350)
        #expect(clock.heardMs(of: "a", at: at(30_100)) == 450)
        #expect(clock.end == at(30_650))
    }

    @Test func `what was heard after an absence was heard then`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(1000), of: "a", at: at(0))
        clock.played(10, of: "a", at: at(10))
        clock.stop(at: at(400))
        clock.goOn(at: at(30_000))
        #expect(clock.span(of: "a")?.start == at(0))
        #expect(clock.span(of: "a")?.end == at(30_600))
        clock.played(500, of: "a", at: at(30_180))
        #expect(
            clock.pauses(of: "a") == [.init(offsetMs: 400, cameBack: at(30_000), resumedAt: at(30_080))],
            "it went on a little later")
        #expect(clock.cut(at: at(30_280)) == [.init(itemId: "a", heardMs: 600, receivedMs: 1000)])
        #expect(clock.span(of: "a")?.start == at(0))
        #expect(clock.span(of: "a")?.end == at(30_280))
        #expect(clock.time(of: "a", at: 300) == at(300))
    }

    @Test func `an item that the client had not begun begins when it is back`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(1000), of: "a", at: at(0))
        clock.stop(at: at(400))
        clock.played(0, of: "a", at: at(30_000))
        clock.goOn(at: at(30_000))
        #expect(clock.span(of: "a")?.start == at(30_000))
        #expect(clock.span(of: "a")?.end == at(31_000))
        #expect(clock.pauses(of: "a").isEmpty)
    }

    @Test func `a client that is gone again has heard what it says`() {
        var clock = PlaybackClock()
        _ = clock.received(bytes(4000), of: "a", at: at(0))
        clock.stop(at: at(1_000))
        clock.goOn(at: at(10_000))
        clock.stop(at: at(11_000))
        clock.goOn(at: at(20_000))
        #expect(clock.pauses(of: "a").map(\.offsetMs) == [1_000, 2_000])
        clock.stop(at: at(20_500))
        clock.played(2_000, of: "a", at: at(30_000))
        clock.goOn(at: at(30_000))
        #expect(clock.pauses(of: "a").map(\.offsetMs) == [1_000, 2_000])
        #expect(clock.pauses(of: "a").map(\.resumedAt) == [at(10_000), at(30_000)])
        #expect(clock.end == at(32_000))
    }
}

@Suite struct InputAudioClockTests {
    private func at(_ ms: Int) -> SessionTime { SessionTime(milliseconds: ms) }
    private func bytes(_ ms: Int) -> Int { ms * PCM.bytesPerMillisecond }

    /// Audio that is received and sent upstream at once.
    private func pass(_ length: Int, at time: Int, through clock: inout InputAudioClock) {
        let before = clock.position
        clock.received(bytes(length), at: at(time))
        clock.sent(before..<clock.position)
    }

    private func time(_ clock: InputAudioClock, _ upstreamMs: Int, now: Int = 9_000) -> SessionTime {
        clock.time(at: clock.position(of: upstreamMs), now: at(now))
    }

    @Test func `an even stream maps one to one`() {
        var clock = InputAudioClock()
        for chunk in 1...50 { pass(100, at: 2_000 + chunk * 100, through: &clock) }
        #expect(time(clock, 0) == at(2_000))
        #expect(time(clock, 2_500) == at(4_500))
    }

    @Test func `a gap moves the audio after it, not the audio before it`() {
        var clock = InputAudioClock()
        for chunk in 1...10 { pass(100, at: chunk * 100, through: &clock) }
        for chunk in 1...10 { pass(100, at: 6_000 + chunk * 100, through: &clock) }
        #expect(time(clock, 500) == at(500))
        #expect(time(clock, 1_500) == at(6_500))
    }

    @Test func `a delay whose audio arrives in one burst is not a gap`() {
        var clock = InputAudioClock()
        pass(100, at: 100, through: &clock)
        pass(2_000, at: 2_100, through: &clock)
        pass(100, at: 2_200, through: &clock)
        #expect(time(clock, 1_100) == at(1_100))
        #expect(time(clock, 2_200) == at(2_200))
    }

    @Test func `times never run backwards and never lie in the future`() {
        var clock = InputAudioClock()
        var random = SystemRandomNumberGenerator()
        var now = 0
        var total = 0
        for _ in 0..<500 {
            now += Int.random(in: 0...400, using: &random)
            let length = Int.random(in: 0...300, using: &random)
            total += length
            pass(length, at: now, through: &clock)
        }
        var last = SessionTime.zero
        for ms in stride(from: 0, through: total, by: 37) {
            let time = time(clock, ms, now: now)
            #expect(time >= last && time <= at(now))
            last = time
        }
    }

    @Test func `a new connection counts from zero`() {
        var clock = InputAudioClock()
        pass(1_000, at: 1_000, through: &clock)
        clock.restart()
        pass(100, at: 5_000, through: &clock)
        #expect(time(clock, 50) == at(4_950))
    }

    @Test func `audio that is sent again to a new connection keeps its time`() {
        var clock = InputAudioClock()
        for chunk in 1...20 { pass(100, at: chunk * 100, through: &clock) }
        // Kept while upstream was disconnected.
        for chunk in 21...30 { clock.received(bytes(100), at: at(chunk * 100)) }
        clock.restart()
        clock.sent(bytes(500)..<bytes(900))
        clock.sent(bytes(1_500)..<bytes(3_000))
        pass(100, at: 3_100, through: &clock)
        #expect(time(clock, 0) == at(500))
        #expect(time(clock, 399) == at(899))
        #expect(time(clock, 400) == at(1_500))
        #expect(time(clock, 1_950) == at(3_050))
        #expect(clock.position(of: 99_999) == bytes(3_100))
    }
}

@Suite struct UntranscribedAudioTests {
    private func bytes(_ ms: Int) -> Int { ms * PCM.bytesPerMillisecond }

    @Test func `while the trainee is silent, a short pre-roll is kept`() {
        var untranscribed = UntranscribedAudio()
        _ = untranscribed.resend(upTo: 0)
        #expect(untranscribed.keptFrom(bytes(10_000)) == bytes(9_400))
    }

    @Test func `a sentence is kept until it is transcribed`() {
        var untranscribed = UntranscribedAudio()
        _ = untranscribed.resend(upTo: 0)
        untranscribed.begin(at: bytes(2_000))
        #expect(untranscribed.keptFrom(bytes(10_000)) == bytes(2_000))
        untranscribed.end(at: bytes(4_000))
        untranscribed.commit("t1", at: bytes(4_200))
        #expect(untranscribed.awaited["t1"] == bytes(2_000)..<bytes(4_000))
        untranscribed.begin(at: bytes(5_000))
        #expect(untranscribed.keptFrom(bytes(10_000)) == bytes(2_000))
        untranscribed.transcribed("t1")
        #expect(untranscribed.keptFrom(bytes(10_000)) == bytes(5_000))
    }

    @Test func `after a loss the sentence is sent from its beginning, with what came meanwhile`() {
        var untranscribed = UntranscribedAudio()
        _ = untranscribed.resend(upTo: 0)
        untranscribed.begin(at: bytes(2_000))
        untranscribed.lose(at: bytes(3_000))
        untranscribed.lose(at: bytes(4_000))
        #expect(untranscribed.resend(upTo: bytes(6_000)) == bytes(2_000)..<bytes(6_000))
        #expect(untranscribed.resend(upTo: bytes(6_000)).isEmpty)
    }

    @Test func `nothing of a finished turn is sent twice`() {
        var untranscribed = UntranscribedAudio()
        _ = untranscribed.resend(upTo: 0)
        untranscribed.begin(at: bytes(2_000))
        untranscribed.end(at: bytes(4_000))
        untranscribed.commit("t1", at: bytes(4_000))
        untranscribed.lose(at: bytes(4_100))
        #expect(untranscribed.resend(upTo: bytes(4_200)) == bytes(4_000)..<bytes(4_200))
    }

    @Test func `a sentence that was being spoken when the client left is not sent`() {
        var untranscribed = UntranscribedAudio()
        _ = untranscribed.resend(upTo: 0)
        untranscribed.begin(at: bytes(2_000))
        untranscribed.drop(at: bytes(3_000))
        untranscribed.lose(at: bytes(3_000))
        #expect(untranscribed.resend(upTo: bytes(3_500)) == bytes(3_000)..<bytes(3_500))
    }
}
