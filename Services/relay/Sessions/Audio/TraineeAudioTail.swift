import Conversation
import NIOCore

/// The last of the trainee's audio, for an upstream connection that must be sent it again. The conversation decides
/// what is kept and what is sent.
struct TraineeAudioTail {
    private struct Piece {
        var range: Range<Int>
        var length: Int
    }

    private var pieces = CircularBuffer<Piece>(initialCapacity: 16)
    private var audio = AudioRing()

    /// - Parameters:
    ///   - base64: checked.
    ///   - range: the positions of the audio.
    mutating func add(_ base64: UnsafeRawBufferPointer, at range: Range<Int>) {
        pieces.append(Piece(range: range, length: base64.count))
        audio.append(base64)
    }

    /// Drops every piece that ends at or before a position.
    mutating func trim(before position: Int) {
        while let first = pieces.first, first.range.upperBound <= position {
            pieces.removeFirst()
            audio.removeFirst(first.length)
        }
    }

    /// The base64 of these pieces, in order.
    func pieces(at ranges: [Range<Int>]) -> [[UInt8]] {
        guard let first = ranges.first, let last = ranges.last else { return [] }
        var offset = 0
        var found: [[UInt8]] = []
        for piece in pieces {
            if piece.range.lowerBound >= first.lowerBound, piece.range.upperBound <= last.upperBound {
                found.append(audio[offset..<(offset + piece.length)])
            }
            offset += piece.length
        }
        return found
    }
}
