import Domain
import Testing

@testable import Conversation

@Suite struct `the pace of a microphone` {
    /// When it was found too fast, in milliseconds.
    ///
    /// - Parameter pieces: time and length of each piece of audio, in milliseconds.
    private func warnings(_ pieces: [(at: Int, ms: Int)]) -> [Int] {
        var pace = MicrophonePace()
        return pieces.compactMap { piece in
            pace.take(piece.ms * PCM.bytesPerMillisecond, at: SessionTime(milliseconds: 5_000 + piece.at))
                ? piece.at : nil
        }
    }

    /// Pieces of this length, one every 40 ms.
    private func stream(_ times: Range<Int>, ms: Int = 40) -> [(at: Int, ms: Int)] {
        stride(from: times.lowerBound, to: times.upperBound, by: 40).map { ($0, ms) }
    }

    @Test func `audio at the speed of speech is fine`() {
        #expect(warnings(stream(0..<60_000)) == [])
        #expect(warnings(stream(0..<60_000, ms: 58)) == [], "a clock that is off")
    }

    @Test(arguments: [64, 80, 160])
    func `audio faster than 1.5 times real time is reported once, after three seconds`(ms: Int) {
        let found = warnings(stream(0..<60_000, ms: ms))
        #expect(found.count == 1)
        #expect(found.allSatisfy { (2_500...4_000).contains($0) }, "\(found)")
    }

    @Test(arguments: [500, 1_000, 2_000, 2_500])
    func `a burst after a hitch is accepted`(hitch: Int) {
        var pieces = stream(0..<10_000)
        for begin in [10_000, 20_000, 24_000] {
            pieces += stream(begin..<(begin + hitch)).map { (begin + hitch, $0.ms) }
            pieces += stream((begin + hitch)..<(begin == 20_000 ? 24_000 : begin + 10_000))
        }
        #expect(warnings(pieces) == [])
    }

    @Test func `audio buffered until the connection was ready is accepted`() {
        #expect(warnings([(0, 2_000)] + stream(0..<30_000)) == [])
    }

    @Test func `a second warning needs a return to normal pace`() {
        let pieces =
            stream(0..<20_000, ms: 80) + stream(20_000..<21_000) + stream(21_000..<40_000, ms: 80)
            + stream(40_000..<50_000) + stream(50_000..<60_000, ms: 80)
        let found = warnings(pieces)
        #expect(found.count == 2, "\(found)")
        #expect(found.last ?? 0 > 50_000)
    }

    @Test func `the client is warned once per connection`() {
        var rig = Rig.talking()
        for _ in 0..<100 { rig.microphone(80, after: 40) }
        #expect(rig.history.count { $0 == "send status microphone too_fast" } == 1)
        rig.step(.detached)
        rig.step(.attached)
        for _ in 0..<100 { rig.microphone(80, after: 40) }
        #expect(rig.history.count { $0 == "send status microphone too_fast" } == 2, "a new connection is told again")
    }
}
