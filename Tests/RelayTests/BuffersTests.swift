import Domain
import NIOCore
import Testing

@testable import RelayService

@Suite struct AudioTailTests {
    private func tail(pieces: Int, of length: Int = 100, now: (Int) -> Int) -> AudioTail {
        var tail = AudioTail()
        for piece in 0..<pieces {
            tail.add(
                ByteBuffer(string: "\(piece)"), of: "a1", offsetMs: piece * length, lengthMs: length,
                playedAt: SessionTime(milliseconds: (piece + 1) * length), now: SessionTime(milliseconds: now(piece)))
        }
        return tail
    }

    @Test func `what was not played is there again, from the piece in which it begins`() {
        let tail = tail(pieces: 10) { _ in 0 }
        #expect(tail.messages(of: "a1", from: 0).count == 10)
        #expect(tail.messages(of: "a1", from: 250).map(\.text) == ["2", "3", "4", "5", "6", "7", "8", "9"])
        #expect(tail.messages(of: "a1", from: 1_000).isEmpty)
        #expect(tail.messages(of: "other", from: 0).isEmpty)
    }

    @Test func `it holds about thirty seconds at most`() {
        let tail = tail(pieces: 1_000) { _ in 0 }
        let kept = tail.messages(of: "a1", from: 0)
        #expect(kept.last?.text == "999")
        #expect((300...332).contains(kept.count))
    }

    @Test func `what was played a while ago is let go`() {
        let tail = tail(pieces: 320) { $0 * 100 }
        let kept = tail.messages(of: "a1", from: 0).count
        #expect((AudioTail.lagMs / 100...AudioTail.lagMs / 100 + 33).contains(kept))
    }
}

@Suite struct OutboxTests {
    private func pong(_ seq: Int) -> ServerMessage {
        .error(seq: seq, code: "x", message: "", fatal: false, retryAfterMs: nil)
    }

    @Test func `numbers have no gaps, and everything after a number can be had again`() {
        var outbox = Outbox()
        for number in 1...5 { #expect(outbox.add(pong) == pong(number)) }
        #expect(outbox.messages(after: 3).map(Array.init) == [pong(4), pong(5)])
        #expect(outbox.messages(after: 5)?.isEmpty == true)
        #expect(outbox.messages(after: 6) == nil)
        #expect(outbox.messages(after: -1) == nil)
    }

    @Test func `what is too long ago is gone, and says so`() {
        var outbox = Outbox()
        for _ in 0..<3_000 { _ = outbox.add(pong) }
        #expect(outbox.messages(after: 0) == nil)
        #expect(outbox.messages(after: 3_000 - Outbox.capacity)?.count == Outbox.capacity)
    }
}
