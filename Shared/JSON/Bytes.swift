public import Foundation

extension UnsafeRawBufferPointer {
    /// Whether a text stands at an offset.
    @inlinable
    public func has(_ text: StaticString, at offset: Int) -> Bool {
        guard let base = baseAddress, offset + text.utf8CodeUnitCount <= count else { return false }
        return memcmp(base + offset, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    /// Whether a range holds exactly a text.
    @inlinable
    public func `is`(_ text: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, let base = baseAddress else { return false }
        return memcmp(base + range.lowerBound, text.utf8Start, range.count) == 0
    }

    /// - Parameter other: of the same length.
    @inlinable
    public func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard let base = baseAddress, let others = other.baseAddress else { return true }
        return memcmp(base, others, count) == 0
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Writes a text and moves the offset behind it. What does not fit is not written.
    @inlinable
    public func put(_ text: StaticString, at offset: inout Int) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), at: &offset)
    }

    /// Writes bytes and moves the offset behind them. What does not fit is not written.
    @inlinable
    public func put(_ bytes: UnsafeRawBufferPointer, at offset: inout Int) {
        guard let base = baseAddress, let from = bytes.baseAddress, offset + bytes.count <= count else { return }
        memcpy(base + offset, from, bytes.count)
        offset += bytes.count
    }
}

extension UInt8 {
    /// White space between the tokens of JSON.
    @inlinable
    public var isJSONBlank: Bool {
        self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09
    }
}
