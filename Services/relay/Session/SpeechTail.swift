import NIOCore

/// The last of the trainee's audio, ready to be sent, for a connection that has to hear it again.
struct SpeechTail {
    private struct Piece {
        var range: Range<Int>
        var event: ByteBuffer
    }

    /// At most a minute is kept; who speaks for longer in one breath loses the beginning, should the line break just then.
    static let capacity = 60_000 * PCM.bytesPerMillisecond

    private var pieces = CircularBuffer<Piece>(initialCapacity: 16)

    /// - Parameter range: the positions of the audio in the event.
    mutating func add(_ event: ByteBuffer, at range: Range<Int>) {
        pieces.append(Piece(range: range, event: event))
    }

    mutating func trim(before position: Int) {
        let end = pieces.last?.range.upperBound ?? 0
        let limit = max(position, end - Self.capacity)
        while let first = pieces.first, first.range.upperBound <= limit { pieces.removeFirst() }
    }

    /// The events that hold any of this audio, whole and in order, with their positions.
    func events(in range: Range<Int>) -> [(event: ByteBuffer, range: Range<Int>)] {
        pieces.filter { $0.range.overlaps(range) }.map { ($0.event, $0.range) }
    }
}
