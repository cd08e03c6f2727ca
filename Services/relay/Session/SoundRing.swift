import Foundation

/// Audio that is kept for a while, as base64, first in, first out. One block of memory, however many pieces it came in.
struct SoundRing {
    /// Below this no smaller block is worth the copying, in bytes.
    private static let smallest = 4 << 10

    private var storage: [UInt8] = []
    private var start = 0
    private(set) var count = 0

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if count + bytes.count > storage.count { resize(to: count + bytes.count) }
        let end = wrapped(start + count)
        let first = min(bytes.count, storage.count - end)
        storage.withUnsafeMutableBytes { room in
            UnsafeMutableRawBufferPointer(rebasing: room[end..<(end + first)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<first]))
            UnsafeMutableRawBufferPointer(rebasing: room[..<(bytes.count - first)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first...]))
        }
        count += bytes.count
    }

    mutating func removeFirst(_ removed: Int) {
        start = wrapped(start + removed)
        count -= removed
        // What a long answer took is given back after it.
        if count == 0, storage.count > Self.smallest * 4 {
            storage = []
            start = 0
        }
    }

    /// A copy of a part, by offsets from the oldest byte.
    subscript(range: Range<Int>) -> [UInt8] {
        guard !range.isEmpty else { return [] }
        let from = wrapped(start + range.lowerBound)
        let first = min(range.count, storage.count - from)
        return Array(storage[from..<(from + first)]) + storage[..<(range.count - first)]
    }

    private func wrapped(_ position: Int) -> Int { position < storage.count ? position : position - storage.count }

    private mutating func resize(to wanted: Int) {
        let kept = self[0..<count]
        var size = max(Self.smallest, storage.count)
        while size < wanted { size *= 2 }
        storage = kept + [UInt8](repeating: 0, count: size - kept.count)
        start = 0
    }
}
