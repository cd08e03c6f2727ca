import NIOCore

/// The last of the audio that was sent to the client, for one that lost its connection before it was played.
struct AudioTail {
    private struct Piece {
        var itemId: String
        var offsetMs: Int
        var lengthMs: Int
        var playedAt: SessionTime
        var message: ByteBuffer
    }

    /// At most this much is kept, and so replayed.
    static let capacityMs = 30_000
    /// How far a client may lag behind the reckoning.
    static let lagMs = 5_000

    private var pieces: [Piece] = []
    private var lastTidied = 0

    /// - Parameter playedAt: when the client will have played it, by the reckoning.
    mutating func add(
        _ message: ByteBuffer, of itemId: String, offsetMs: Int, lengthMs: Int, playedAt: SessionTime, now: SessionTime
    ) {
        pieces.append(
            Piece(itemId: itemId, offsetMs: offsetMs, lengthMs: lengthMs, playedAt: playedAt, message: message))
        lastTidied += 1
        // In bulk, since it moves the rest.
        guard lastTidied >= 32 else { return }
        lastTidied = 0
        tidy(now)
    }

    private mutating func tidy(_ now: SessionTime) {
        var kept = 0
        let first = pieces.lastIndex { piece in
            kept += piece.lengthMs
            return kept > Self.capacityMs || piece.playedAt + Self.lagMs < now
        }
        if let first { pieces.removeFirst(first + 1) }
    }

    /// What was sent of an item from an offset on, and of everything behind it.
    func messages(of itemId: String, from offsetMs: Int) -> [ByteBuffer] {
        guard
            let start = pieces.firstIndex(where: { $0.itemId == itemId && $0.offsetMs + $0.lengthMs > offsetMs })
        else { return [] }
        return pieces[start...].map(\.message)
    }

    mutating func clear() {
        pieces = []
    }
}
