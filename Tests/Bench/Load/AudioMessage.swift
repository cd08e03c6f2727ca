import Glibc

/// The audio that the bench sends: real base64 of PCM's length, whose first 16 characters are a sequence number in hex
/// digits, which are letters of base64 as well. So every frame can be told from every other wherever it passes.
enum AudioMessage {
    static let clientPrefix = Array(#"{"type":"audio","data":""#.utf8)
    static let appendPrefix = Array(#"{"type":"input_audio_buffer.append","audio":""#.utf8)
    static let sequenceLength = 16
    /// The number that tells the echo to read nothing more on this connection.
    static let stuck = 0x0FFF_FFFF_FFFF_FFFF

    /// Characters of base64 for so many milliseconds of PCM16 at 24 kHz.
    static func characters(milliseconds: Int) -> Int { milliseconds * 48 / 3 * 4 }

    /// The sequence number in the audio of a message; nil for every other message.
    static func sequence(of message: UnsafeMutableRawBufferPointer) -> Int? {
        guard starts(message, with: clientPrefix) else { return nil }
        return sequence(of: message, at: clientPrefix.count)
    }

    /// - Parameter place: where the audio begins.
    static func sequence(of message: UnsafeMutableRawBufferPointer, at place: Int) -> Int? {
        guard message.count > place + sequenceLength else { return nil }
        var value = 0
        for index in place..<(place + sequenceLength) {
            let byte = message[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | Int(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | Int(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    /// A sequence number in hex digits.
    static func write(_ sequence: Int, _ body: (Int, UInt8) -> Void) {
        for place in 0..<sequenceLength {
            let digit = UInt8(truncatingIfNeeded: sequence >> (4 * (sequenceLength - 1 - place)) & 15)
            body(place, digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Something that looks like encoded sound: every letter of base64 occurs.
    static func sound(_ count: Int) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var state: UInt32 = 2_463_534_242
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 17
            state ^= state << 5
            return letters[Int(state & 63)]
        }
    }

    /// For the few messages that are not audio.
    static func holds(_ message: UnsafeMutableRawBufferPointer, _ text: [UInt8]) -> Bool {
        message.indices.contains { message[$0...].starts(with: text) }
    }

    static func starts(_ message: UnsafeMutableRawBufferPointer, with prefix: [UInt8]) -> Bool {
        guard message.count >= prefix.count, let base = message.baseAddress else { return false }
        return prefix.withUnsafeBytes { bytes in bytes.baseAddress.map { memcmp(base, $0, prefix.count) == 0 } ?? true }
    }
}
