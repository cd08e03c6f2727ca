import NIOCore

/// The last of the trainee's audio, for a connection that has to hear it again.
struct SpeechTail {
    private struct Piece {
        var range: Range<Int>
        var length: Int
    }

    /// At most a minute is kept; who speaks for longer in one breath loses the beginning, should the line break just then.
    static let capacity = 60_000 * PCM.bytesPerMillisecond

    private var pieces = CircularBuffer<Piece>(initialCapacity: 16)
    private var sound = SoundRing()

    /// - Parameters:
    ///   - base64: checked.
    ///   - range: the positions of the audio.
    mutating func add(_ base64: UnsafeRawBufferPointer, at range: Range<Int>) {
        pieces.append(Piece(range: range, length: base64.count))
        sound.append(base64)
    }

    mutating func trim(before position: Int) {
        let end = pieces.last?.range.upperBound ?? 0
        let limit = max(position, end - Self.capacity)
        while let first = pieces.first, first.range.upperBound <= limit {
            pieces.removeFirst()
            sound.removeFirst(first.length)
        }
    }

    /// The pieces that hold any of this audio, whole and in order, with their positions.
    func pieces(in range: Range<Int>) -> [(base64: [UInt8], range: Range<Int>)] {
        var offset = 0
        var found: [(base64: [UInt8], range: Range<Int>)] = []
        for piece in pieces {
            if piece.range.overlaps(range) { found.append((sound[offset..<(offset + piece.length)], piece.range)) }
            offset += piece.length
        }
        return found
    }
}
