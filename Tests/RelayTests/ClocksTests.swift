import Testing

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

    @Test func `audio that comes too slowly leaves a pause`() {
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

    @Test func `a cut tells what was heard of each, and nothing more is taken of them`() {
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

    @Test func `the client knows better, within what it was sent`() {
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

    @Test func `nobody hears anything while the client is away`() {
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
}

@Suite struct InputAudioClockTests {
    private func at(_ ms: Int) -> SessionTime { SessionTime(milliseconds: ms) }
    private func bytes(_ ms: Int) -> Int { ms * PCM.bytesPerMillisecond }

    @Test func `an even stream maps one to one`() {
        var clock = InputAudioClock()
        for chunk in 1...50 { clock.appended(bytes(100), at: at(2_000 + chunk * 100)) }
        #expect(clock.time(of: 0, now: at(9_000)) == at(2_000))
        #expect(clock.time(of: 2_500, now: at(9_000)) == at(4_500))
    }

    @Test func `a gap moves what comes after it, and not what was before`() {
        var clock = InputAudioClock()
        for chunk in 1...10 { clock.appended(bytes(100), at: at(chunk * 100)) }
        for chunk in 1...10 { clock.appended(bytes(100), at: at(6_000 + chunk * 100)) }
        #expect(clock.time(of: 500, now: at(9_000)) == at(500))
        #expect(clock.time(of: 1_500, now: at(9_000)) == at(6_500))
    }

    @Test func `a hitch whose sound comes in one burst is no gap`() {
        var clock = InputAudioClock()
        clock.appended(bytes(100), at: at(100))
        clock.appended(bytes(2_000), at: at(2_100))
        clock.appended(bytes(100), at: at(2_200))
        #expect(clock.time(of: 1_100, now: at(9_000)) == at(1_100))
        #expect(clock.time(of: 2_200, now: at(9_000)) == at(2_200))
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
            clock.appended(bytes(length), at: at(now))
        }
        var last = SessionTime.zero
        for ms in stride(from: 0, through: total, by: 37) {
            let time = clock.time(of: ms, now: at(now))
            #expect(time >= last && time <= at(now))
            last = time
        }
    }

    @Test func `a new connection counts from nothing`() {
        var clock = InputAudioClock()
        clock.appended(bytes(1_000), at: at(1_000))
        clock.restart()
        clock.appended(bytes(100), at: at(5_000))
        #expect(clock.time(of: 50, now: at(9_000)) == at(4_950))
    }
}
