import JSON
import NIOCore

/// Audio and the outline of messages, on bytes.
enum ClientAudio {
    enum BinaryKind {
        case json, pcm, unknown
    }

    enum Outline {
        case fine, noObject, tooDeep
    }

    // MARK: Outline

    /// Whether a text may go to the relay as one message. Audio is recognised by its first bytes and holds nothing
    /// deep.
    static func check(_ message: UnsafeRawBufferPointer) -> Outline {
        if AudioMessage.hasHead(message) { return .fine }
        guard let first = message.first(where: { !$0.isJSONBlank }), first == UInt8(ascii: "{") else {
            return .noObject
        }
        return JSONNesting.isWithin(JSONNesting.limit, message) ? .fine : .tooDeep
    }

    /// What a binary frame is. Samples may begin with the byte `{` by chance; then they do not look like an object.
    static func kind(ofBinary message: UnsafeRawBufferPointer, rawAudio: Bool) -> BinaryKind {
        if message.first == UInt8(ascii: "{") {
            let second = message.dropFirst().first { !$0.isJSONBlank }
            let isObject =
                (second == UInt8(ascii: "\"") || second == UInt8(ascii: "}"))
                && message.last { !$0.isJSONBlank } == UInt8(ascii: "}")
                && String(validating: message, as: UTF8.self) != nil
            if isObject { return .json }
        }
        return rawAudio && message.count > 0 && message.count.isMultiple(of: 2) ? .pcm : .unknown
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

    /// The samples of an `audio` message; nil where its data is not base64.
    static func pcm(_ audio: AudioMessage.Parts, of message: UnsafeRawBufferPointer) -> ByteBuffer? {
        let base64 = UnsafeRawBufferPointer(rebasing: message[audio.base64])
        var samples = ByteBuffer()
        var isValid = false
        samples.writeWithUnsafeMutableBytes(
            minimumWritableBytes: Base64Text.capacity(forDecoding: base64.count)
        ) { output in
            let count = Base64Text.decode(base64, into: output)
            isValid = count != nil
            return count ?? 0
        }
        return isValid ? samples : nil
    }

    private static let itemMessage = Array(#"{"type":"audio_item","itemId":""#.utf8)
    private static let itemOffset = Array(#"","offsetMs":"#.utf8)

    /// Tells a client that gets bare samples which item the next ones belong to, with their offset in the item.
    static func itemMessage(_ itemId: Range<Int>, offsetMs: Range<Int>?, of message: UnsafeRawBufferPointer) -> [UInt8]
    {
        let digits = message[offsetMs ?? 0..<0].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return itemMessage + message[itemId] + itemOffset + (digits.isEmpty ? [UInt8(ascii: "0")] : Array(digits))
            + [UInt8(ascii: "}")]
    }
}
