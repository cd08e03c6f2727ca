import NIOCore

/// The last of the audio that was sent to the client, for one that lost its connection before it was played.
struct AudioTail {
    /// A piece of the customer's voice, as it is sent once more.
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

    /// At most this much is kept, and so replayed.
    static let capacityMs = 30_000
    /// Pieces of less than a millisecond count for none.
    static let mostPieces = 4_096
    /// How far a client may lag behind the reckoning.
    static let lagMs = 5_000

    private var pieces = CircularBuffer<Piece>(initialCapacity: 16)
    private var sound = SoundRing()
    private var keptMs = 0

    /// - Parameters:
    ///   - base64: checked.
    ///   - playedAt: when the client will have played it, by the reckoning.
    mutating func add(
        _ base64: UnsafeRawBufferPointer, of itemId: String, offsetMs: Int, lengthMs: Int, playedAt: SessionTime,
        now: SessionTime
    ) {
        pieces.append(
            Piece(itemId: itemId, offsetMs: offsetMs, lengthMs: lengthMs, playedAt: playedAt, length: base64.count))
        sound.append(base64)
        keptMs += lengthMs
        while let first = pieces.first,
            keptMs > Self.capacityMs || pieces.count > Self.mostPieces || first.playedAt + Self.lagMs < now
        {
            pieces.removeFirst()
            sound.removeFirst(first.length)
            keptMs -= first.lengthMs
        }
    }

    /// What was sent of an item from an offset on, and of everything behind it.
    func pieces(of itemId: String, from offsetMs: Int) -> [Sent] {
        var offset = 0
        var found: [Sent] = []
        var isBehind = false
        for piece in pieces {
            isBehind = isBehind || piece.itemId == itemId && piece.offsetMs + piece.lengthMs > offsetMs
            if isBehind {
                found.append(
                    Sent(
                        base64: sound[offset..<(offset + piece.length)], itemId: piece.itemId, offsetMs: piece.offsetMs)
                )
            }
            offset += piece.length
        }
        return found
    }

    mutating func clear() {
        self = AudioTail()
    }
}
