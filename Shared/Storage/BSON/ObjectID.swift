package import Foundation
import Synchronization

/// MongoDB's 12-byte document id: 4 bytes of seconds, 5 that identify the process, and a counter of 3.
package struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Nil unless there are 12 bytes.
    package init?(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == 12 else { return nil }
    }

    /// A new unique id.
    package init(at now: Date = Date()) {
        let seconds = UInt32(clamping: Int64(exactly: now.timeIntervalSince1970.rounded(.down)) ?? 0)
        let count = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        bytes =
            withUnsafeBytes(of: seconds.bigEndian) { Array($0) } + Self.process
            + withUnsafeBytes(of: count.bigEndian) { Array($0.suffix(3)) }
    }

    private static let process = (0..<5).map { _ in UInt8.random(in: .min ... .max) }
    private static let counter = Atomic<UInt32>(UInt32.random(in: 0..<0xff_ffff))

    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    package var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
