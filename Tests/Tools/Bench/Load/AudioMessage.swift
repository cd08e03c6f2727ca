import Glibc

/// The audio that the bench sends: real base64 with the length of PCM, whose first 16 characters are a sequence number
/// in hex digits, which are valid base64. So each frame can be identified at every hop.
enum AudioMessage {
    static let clientPrefix = Array(#"{"type":"audio","data":""#.utf8)
    static let appendPrefix = Array(#"{"type":"input_audio_buffer.append","audio":""#.utf8)
    static let sequenceLength = 16
    /// The number that makes the echo stop reading from this connection.
    static let stuck = 0x0FFF_FFFF_FFFF_FFFF

    /// Base64 characters for this many milliseconds of PCM16 at 24 kHz.
    static func characters(milliseconds: Int) -> Int { milliseconds * 48 / 3 * 4 }

    /// The sequence number in the audio of a message; nil for every other message.
    static func sequence(of message: UnsafeMutableRawBufferPointer) -> Int? {
        guard starts(message, with: clientPrefix) else { return nil }
        return sequence(of: message, at: clientPrefix.count)
    }

    /// - Parameter place: offset at which the audio starts.
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

    /// Passes the 16 hex digits of a sequence number to `body`, with their positions.
    static func write(_ sequence: Int, _ body: (Int, UInt8) -> Void) {
        for place in 0..<sequenceLength {
            let digit = UInt8(truncatingIfNeeded: sequence >> (4 * (sequenceLength - 1 - place)) & 15)
            body(place, digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Pseudorandom base64 that looks like encoded audio: every letter of the alphabet occurs.
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

    /// Searches the whole message; only used for the few messages that are not audio.
    static func holds(_ message: UnsafeMutableRawBufferPointer, _ text: [UInt8]) -> Bool {
        message.indices.contains { message[$0...].starts(with: text) }
    }

    static func starts(_ message: UnsafeMutableRawBufferPointer, with prefix: [UInt8]) -> Bool {
        guard message.count >= prefix.count, let base = message.baseAddress else { return false }
        return prefix.withUnsafeBytes { bytes in bytes.baseAddress.map { memcmp(base, $0, prefix.count) == 0 } ?? true }
    }
}
