import Domain
import NIOCore
import Testing

@testable import Conversation
@testable import RelayService

@Suite struct CustomerAudioTailTests {
    private func tail(pieces: Int, of length: Int = 100, now: (Int) -> Int) -> CustomerAudioTail {
        var tail = CustomerAudioTail()
        for piece in 0..<pieces {
            Array("\(piece)".utf8).withUnsafeBytes {
                tail.add(
                    $0, of: "a1", offsetMs: piece * length, lengthMs: length,
                    playedAt: SessionTime(milliseconds: (piece + 1) * length),
                    now: SessionTime(milliseconds: now(piece)))
            }
        }
        return tail
    }

    @Test func `audio that was not played can be replayed from the piece in which it begins`() {
        let tail = tail(pieces: 10) { _ in 0 }
        #expect(tail.pieces(of: "a1", from: 0).count == 10)
        #expect(tail.pieces(of: "a1", from: 250).map(\.text) == ["2", "3", "4", "5", "6", "7", "8", "9"])
        #expect(tail.pieces(of: "a1", from: 1_000).isEmpty)
        #expect(tail.pieces(of: "other", from: 0).isEmpty)
    }

    @Test func `it holds at most about thirty seconds`() {
        let tail = tail(pieces: 1_000) { _ in 0 }
        let kept = tail.pieces(of: "a1", from: 0)
        #expect(kept.last?.text == "999")
        #expect((300...332).contains(kept.count))
    }

    @Test func `audio that was played a while ago is dropped`() {
        let tail = tail(pieces: 320) { $0 * 100 }
        let kept = tail.pieces(of: "a1", from: 0).count
        #expect((CustomerAudioTail.lagMs / 100...CustomerAudioTail.lagMs / 100 + 33).contains(kept))
    }
}

@Suite struct OutboxTests {
    private func pong(_ seq: Int) -> ServerMessage {
        .error(seq: seq, code: "x", message: "", fatal: false, retryAfterMs: nil)
    }

    @Test func `numbers have no gaps, and everything after a number can be read again`() {
        var outbox = Outbox()
        for number in 1...5 { #expect(outbox.add(pong) == pong(number)) }
        #expect(outbox.messages(after: 3).map(Array.init) == [pong(4), pong(5)])
        #expect(outbox.messages(after: 5)?.isEmpty == true)
        #expect(outbox.messages(after: 6) == nil)
        #expect(outbox.messages(after: -1) == nil)
    }

    @Test func `messages beyond the capacity are gone, and the request for them returns nil`() {
        var outbox = Outbox()
        for _ in 0..<3_000 { _ = outbox.add(pong) }
        #expect(outbox.messages(after: 0) == nil)
        #expect(outbox.messages(after: 3_000 - Outbox.capacity)?.count == Outbox.capacity)
    }
}

extension CustomerAudioTail.Sent {
    fileprivate var text: String { String(decoding: base64, as: UTF8.self) }
}

@Suite struct AudioRingTests {
    private func bytes(_ count: Int, from first: Int) -> [UInt8] {
        (first..<(first + count)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }

    @Test(arguments: [1, 7, 1_280, 4_096, 5_000])
    func `bytes come out in the order they went in, however often the ring wraps`(length: Int) {
        var ring = AudioRing()
        var (added, removed) = (0, 0)
        for turn in 0..<200 {
            bytes(length, from: added).withUnsafeBytes { ring.append($0) }
            added += length
            if turn % 3 != 0 {
                let taken = min(ring.count, length + length / 3)
                ring.removeFirst(taken)
                removed += taken
            }
            #expect(ring.count == added - removed)
            #expect(ring[0..<ring.count] == bytes(ring.count, from: removed))
        }
        ring.removeFirst(ring.count)
        #expect(ring[0..<0].isEmpty)
        bytes(3, from: 5).withUnsafeBytes { ring.append($0) }
        #expect(ring[1..<3] == bytes(2, from: 6))
    }
}

@Suite struct TraineeAudioTailTests {
    private var positions: [Range<Int>] { (0..<10).map { $0 * 960..<($0 + 1) * 960 } }

    @Test func `pieces that overlap a range are returned whole and in order`() {
        var pieces = AudioPieces()
        for piece in positions { pieces.add(piece) }
        #expect(pieces.trim(before: 960 * 2 + 1) == 960 * 2 + 1)
        #expect(pieces.pieces(in: 960 * 3 + 5..<960 * 5) == [960 * 3..<960 * 4, 960 * 4..<960 * 5])
        #expect(pieces.pieces(in: 0..<960 * 2).isEmpty)
        #expect(pieces.pieces(in: 0..<960 * 20).count == 8)
    }

    @Test func `a minute of pieces is kept, whatever their length`() {
        var pieces = AudioPieces()
        var end = 0
        for number in 0..<10_000 {
            let length = 960 + number % 7 * 2
            pieces.add(end..<end + length)
            end += length
            _ = pieces.trim(before: 0)
        }
        let kept = pieces.pieces(in: 0..<end)
        #expect(kept.last?.upperBound == end)
        #expect((AudioPieces.capacity...AudioPieces.capacity + 1_000).contains(end - (kept.first?.lowerBound ?? 0)))
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    }

    @Test func `the audio of the kept pieces is kept byte for byte`() {
        var tail = TraineeAudioTail()
        for (number, piece) in positions.enumerated() {
            Array("<\(number)>".utf8).withUnsafeBytes { tail.add($0, at: piece) }
        }
        tail.trim(before: 960 * 2 + 1)
        let found = tail.pieces(at: [960 * 3..<960 * 4, 960 * 4..<960 * 5])
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == ["<3>", "<4>"])
        #expect(tail.pieces(at: [0..<960, 960..<960 * 2]).isEmpty)
        #expect(tail.pieces(at: positions).count == 8)
    }
}
