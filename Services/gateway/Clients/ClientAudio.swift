import JSON
import NIOCore

/// Audio and the outline of messages, on bytes.
enum ClientAudio {
    enum BinaryKind {
        case json, audio, unknown
    }

    enum Outline: Equatable {
        /// - Parameter values: at least the number of values; 1 for audio.
        case fine(values: Int)
        case noObject, tooDeep
    }

    /// The first byte of a binary frame of audio. No JSON begins with it, so a client whose library does not tell text
    /// from bytes can tell them too.
    static let mark: UInt8 = 0x01

    // MARK: Outline

    /// A byte order mark, which some libraries put before every text.
    private static let byteOrderMark: (UInt8, UInt8, UInt8) = (0xEF, 0xBB, 0xBF)

    static func withoutByteOrderMark(_ message: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard message.first == byteOrderMark.0, message.count >= 3, message[1] == byteOrderMark.1,
            message[2] == byteOrderMark.2
        else { return message }
        return UnsafeRawBufferPointer(rebasing: message.dropFirst(3))
    }

    /// Whether a text may go to the relay as one message. Audio is recognised by its first bytes and holds nothing
    /// deep.
    static func check(_ message: UnsafeRawBufferPointer) -> Outline {
        if AudioMessage.hasHead(message) { return .fine(values: 1) }
        guard let first = message.first(where: { !$0.isJSONBlank }), first == UInt8(ascii: "{") else {
            return .noObject
        }
        return JSONNesting.values(in: message).map { .fine(values: $0) } ?? .tooDeep
    }

    /// What a binary frame is, by its first byte.
    static func kind(ofBinary message: UnsafeRawBufferPointer, takesAudio: Bool) -> BinaryKind {
        switch message.first {
        case mark where takesAudio: .audio
        case UInt8(ascii: "{"), byteOrderMark.0: .json
        default: .unknown
        }
    }

    // MARK: Samples to message

    /// Bytes of the `audio` message for this number of bytes of samples.
    static func messageLength(ofPCM count: Int) -> Int {
        AudioMessage.length(ofBase64: Base64Text.length(ofBytes: count))
    }

    /// - Parameter output: as long as `messageLength` says.
    static func writeMessage(pcm samples: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        AudioMessage.write(to: output) { Base64Text.encode(samples, into: $0) }
    }

    // MARK: Message to samples

    /// - Parameter output: one byte longer than the samples are.
    static func writeFrame(base64: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        output[0] = mark
        Base64Text.decode(base64, into: UnsafeMutableRawBufferPointer(rebasing: output[1...]))
    }
}

/// Which item the binary frames of audio that a client is sent belong to, and where in it the next one begins: what the
/// last `audio_item` said, and what was sent since.
struct CurrentItem {
    private static let bytesPerMillisecond = 48
    /// Offsets are rounded down, here and by the relay, so they may differ by a little.
    private static let tolerance = 2

    private var itemId: [UInt8] = []
    /// Bytes of the item before the next frame.
    private var position = 0

    /// Counts a frame.
    ///
    /// - Parameters:
    ///   - count: bytes of samples.
    ///   - message: what the frame is made from.
    /// - Returns: the `audio_item` message that must be sent before it, if its place is not what the client expects.
    mutating func next(
        _ count: Int, _ audio: AudioMessage.Parts, of message: UnsafeRawBufferPointer
    ) -> [UInt8]? {
        guard let id = audio.itemId else { return nil }
        let offset = audio.offsetMs.map { Self.number(message[$0]) }
        defer { position += count }
        let expected = position / Self.bytesPerMillisecond
        guard !message[id].elementsEqual(itemId) || offset.map({ abs($0 - expected) > Self.tolerance }) == true else {
            return nil
        }
        itemId = Array(message[id])
        position = (offset ?? 0) * Self.bytesPerMillisecond
        return Array(#"{"type":"audio_item","itemId":""#.utf8) + itemId + #"","offsetMs":\#(offset ?? 0)}"#.utf8
    }

    /// What digits stand for, up to a billion.
    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int {
        digits.prefix(9).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            .reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
