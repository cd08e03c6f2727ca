import NIOCore

/// Audio that is kept for a while, as base64, first in, first out, in blocks of one size.
///
/// Not one growing block: sessions that began together would all copy theirs at the same moment, and all audio would
/// wait for that (70 ms for 200 sessions, measured).
struct AudioRing {
    private final class Block {
        static let size = 8 << 10
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)

        deinit { bytes.deallocate() }
    }

    private var blocks = CircularBuffer<Block>(initialCapacity: 8)
    /// Bytes of the first block that were removed already.
    private var start = 0
    private(set) var count = 0
    private var spare: Block?

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        var taken = 0
        while taken < bytes.count {
            let end = (start + count) % Block.size
            if end == 0 || blocks.isEmpty {
                blocks.append(spare.take() ?? Block())
            }
            let length = min(Block.size - end, bytes.count - taken)
            if let last = blocks.last {
                UnsafeMutableRawBufferPointer(rebasing: last.bytes[end..<(end + length)])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[taken..<(taken + length)]))
            }
            count += length
            taken += length
        }
    }

    mutating func removeFirst(_ removed: Int) {
        start += removed
        count -= removed
        while start >= Block.size, let block = blocks.popFirst() {
            spare = block
            start -= Block.size
        }
        guard count == 0 else { return }
        // Frees the memory of a long answer.
        blocks.removeAll(keepingCapacity: true)
        start = 0
    }

    /// A copy of a part, by offsets from the oldest byte.
    subscript(range: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: range.count) { part, filled in
            while filled < range.count {
                let (number, offset) = (start + range.lowerBound + filled).quotientAndRemainder(dividingBy: Block.size)
                let block = blocks[blocks.index(blocks.startIndex, offsetBy: number)]
                let length = min(Block.size - offset, range.count - filled)
                UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(part)[filled..<(filled + length)])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: block.bytes[offset..<(offset + length)]))
                filled += length
            }
        }
    }
}

extension Optional {
    fileprivate mutating func take() -> Wrapped? {
        defer { self = nil }
        return self
    }
}
