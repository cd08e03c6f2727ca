import Conversation
import NIOCore

/// The last of the customer's audio that was sent, for a client that lost its connection before playing it.
struct CustomerAudioTail {
    /// A piece of audio to send again.
    struct Sent: Hashable {
        var base64: [UInt8]
        var itemId: String
        var offsetMs: Int
    }

    private struct Piece {
        var itemId: String
        var offsetMs: Int
        var lengthMs: Int
        var playedAt: SessionTime
        var length: Int
    }

    /// Maximum audio that is kept and can be replayed, in milliseconds.
    static let capacityMs = 30_000
    /// Pieces shorter than a millisecond count as 0 ms, so they have a bound of their own.
    static let mostPieces = 4_096
    /// How far a client may lag behind our estimate, in milliseconds.
    static let lagMs = 5_000

    private var pieces = CircularBuffer<Piece>(initialCapacity: 16)
    private var audio = AudioRing()
    private var keptMs = 0

    /// - Parameters:
    ///   - base64: checked.
    ///   - playedAt: when the client will have played it, by our estimate.
    mutating func add(
        _ base64: UnsafeRawBufferPointer, of itemId: String, offsetMs: Int, lengthMs: Int, playedAt: SessionTime,
        now: SessionTime
    ) {
        pieces.append(
            Piece(itemId: itemId, offsetMs: offsetMs, lengthMs: lengthMs, playedAt: playedAt, length: base64.count))
        audio.append(base64)
        keptMs += lengthMs
        while let first = pieces.first,
            keptMs > Self.capacityMs || pieces.count > Self.mostPieces || first.playedAt + Self.lagMs < now
        {
            pieces.removeFirst()
            audio.removeFirst(first.length)
            keptMs -= first.lengthMs
        }
    }

    /// What was sent of an item from an offset on, and everything after it.
    func pieces(of itemId: String, from offsetMs: Int) -> [Sent] {
        var offset = 0
        var found: [Sent] = []
        var isBehind = false
        for piece in pieces {
            isBehind = isBehind || piece.itemId == itemId && piece.offsetMs + piece.lengthMs > offsetMs
            if isBehind {
                found.append(
                    Sent(
                        base64: audio[offset..<(offset + piece.length)], itemId: piece.itemId, offsetMs: piece.offsetMs)
                )
            }
            offset += piece.length
        }
        return found
    }

    mutating func clear() {
        self = CustomerAudioTail()
    }
}
