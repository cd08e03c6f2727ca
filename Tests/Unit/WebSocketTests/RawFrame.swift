import NIOCore

/// Manually encoded frames, so that the tests do not rely on the code under test.
struct RawFrame {
    var first: UInt8
    var payload: [UInt8]
    var key: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D]

    static func text(_ text: String, final: Bool = true) -> RawFrame {
        RawFrame(first: final ? 0x81 : 0x01, payload: Array(text.utf8))
    }

    static func close(_ code: UInt16, _ reason: String = "") -> RawFrame {
        RawFrame(first: 0x88, payload: [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
    }

    var unmasked: RawFrame {
        var copy = self
        copy.key = nil
        return copy
    }

    var bytes: [UInt8] {
        let maskBit: UInt8 = key == nil ? 0 : 0x80
        var bytes = [first]
        switch payload.count {
        case ...125: bytes.append(maskBit | UInt8(payload.count))
        case ...0xFFFF: bytes += [maskBit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(maskBit | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        guard let key else { return bytes + payload }
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    /// All frames in `bytes`, unmasked.
    static func parse(_ bytes: [UInt8]) -> [RawFrame] {
        var frames = [RawFrame]()
        var rest = bytes[...]
        while rest.count >= 2 {
            let first = rest.removeFirst()
            let second = rest.removeFirst()
            var length = Int(second & 0x7F)
            if length > 125 {
                let size = length == 126 ? 2 : 8
                length = rest.prefix(size).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(size)
            }
            let key = second & 0x80 == 0 ? nil : Array(rest.prefix(4))
            rest = rest.dropFirst(key == nil ? 0 : 4)
            let payload = rest.prefix(length).enumerated().map { index, byte in byte ^ (key?[index % 4] ?? 0) }
            rest = rest.dropFirst(length)
            frames.append(RawFrame(first: first, payload: payload, key: key))
        }
        return frames
    }
}
