import NIOCore
import Testing
import Wire

@Suite struct FlushPacingTests {
    private func at(_ microseconds: UInt64) -> NIODeadline { .uptimeNanoseconds(1_000_000_000 + microseconds * 1_000) }

    @Test func `who comes alone does not wait, and who follows closely waits for others`() {
        var pacing = FlushPacing(interval: .microseconds(250))
        #expect(pacing.deadline(now: at(0)) == nil)
        pacing.hasLeft(at: at(0))
        #expect(pacing.deadline(now: at(10)) == at(250))
        #expect(pacing.deadline(now: at(250)) == nil)
        pacing.hasLeft(at: at(250))
        #expect(pacing.deadline(now: at(300)) == at(500))
        #expect(pacing.deadline(now: at(10_000)) == nil)
    }
}
