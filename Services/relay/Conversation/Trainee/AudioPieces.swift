/// Where the kept pieces of the trainee's audio begin, as positions in bytes. Pieces follow each other without a gap,
/// and are sent again whole, since their base64 cannot be cut at any byte.
struct AudioPieces {
    /// At most a minute is kept. A trainee who speaks for longer without a pause loses the beginning if the upstream
    /// connection breaks just then.
    static let capacity = 60_000 * PCM.bytesPerMillisecond

    private var starts: [Int] = []
    /// The first piece that is still kept, as an index.
    private var first = 0
    private var end = 0

    mutating func add(_ piece: Range<Int>) {
        starts.append(piece.lowerBound)
        end = piece.upperBound
    }

    /// Drops the pieces that end at or before a position, and those beyond the capacity.
    ///
    /// - Returns: the position that audio is kept from: every piece that ends at or before it is dropped.
    mutating func trim(before position: Int) -> Int {
        let limit = max(position, end - Self.capacity)
        while first < starts.count, (first + 1 < starts.count ? starts[first + 1] : end) <= limit { first += 1 }
        // In bulk, since a removal moves the rest.
        if first >= 256, first * 2 >= starts.count {
            starts.removeFirst(first)
            first = 0
        }
        return limit
    }

    /// The pieces that hold any of this audio, in order.
    func pieces(in range: Range<Int>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for index in first..<starts.count {
            let piece = starts[index]..<(index + 1 < starts.count ? starts[index + 1] : end)
            if piece.overlaps(range) { found.append(piece) }
        }
        return found
    }
}
