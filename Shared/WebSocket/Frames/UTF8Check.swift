import NIOCore

/// Whether bytes are UTF-8, without building a string: ASCII is checked 16 bytes at a time.
enum UTF8Check {
    static func isValid(_ buffer: ByteBuffer) -> Bool {
        buffer.withUnsafeReadableBytes { isValid($0) }
    }

    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let count = bytes.count
        var index = 0
        while index < count {
            while index + 16 <= count {
                let low = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let high = bytes.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
                guard (low | high) & 0x8080_8080_8080_8080 == 0 else { break }
                index += 16
            }
            guard index < count else { break }
            let lead = bytes[index]
            if lead < 0x80 {
                index += 1
                continue
            }
            guard let (length, second) = shape(lead), index + length <= count, second.contains(bytes[index + 1]) else {
                return false
            }
            var next = index + 2
            while next < index + length {
                guard bytes[next] & 0xC0 == 0x80 else { return false }
                next += 1
            }
            index += length
        }
        return true
    }

    /// The length of a sequence by its first byte, and the range of its second byte (Unicode table 3-7): this excludes
    /// overlong forms, surrogates and everything past U+10FFFF.
    private static func shape(_ lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
        switch lead {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: nil
        }
    }
}
