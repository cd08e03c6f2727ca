import Domain
import NIOCore

/// Audio and the outline of messages, on bytes.
enum ClientAudio {
    enum BinaryKind {
        case json, pcm, unknown
    }

    enum Outline {
        case fine, noObject, tooDeep
    }

    private static let opening = Array(#"{"type":"audio","data":""#.utf8)
    private static let closing = Array(#""}"#.utf8)
    private static let audioType = Array(#"{"type":"audio""#.utf8)
    private static let dataKey = Array(#""data":""#.utf8)

    // MARK: Outline

    /// Whether a text may go to the relay as one message. Audio is recognised by its first bytes and holds nothing deep.
    static func check(_ message: ByteBuffer) -> Outline {
        message.withUnsafeReadableBytes { bytes in
            guard let first = bytes.first(where: { !isBlank($0) }), first == UInt8(ascii: "{") else { return .noObject }
            if bytes.starts(with: opening) { return .fine }
            return JSONNesting.isWithin(JSONNesting.limit, bytes) ? .fine : .tooDeep
        }
    }

    /// What a binary frame is. Samples may begin with the byte `{` by chance; then they do not look like an object.
    static func kind(ofBinary message: ByteBuffer, rawAudio: Bool) -> BinaryKind {
        message.withUnsafeReadableBytes { bytes in
            if bytes.first == UInt8(ascii: "{") {
                let second = bytes.dropFirst().first { !isBlank($0) }
                let isObject =
                    (second == UInt8(ascii: "\"") || second == UInt8(ascii: "}"))
                    && bytes.last { !isBlank($0) } == UInt8(ascii: "}")
                    && String(validating: bytes, as: UTF8.self) != nil
                if isObject { return .json }
            }
            return rawAudio && bytes.count > 0 && bytes.count.isMultiple(of: 2) ? .pcm : .unknown
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }

    // MARK: Samples to message

    /// Bytes of the `audio` message for so many bytes of samples.
    static func messageLength(ofPCM count: Int) -> Int {
        opening.count + (count + 2) / 3 * 4 + closing.count
    }

    static func writeMessage(pcm samples: ByteBuffer, into buffer: inout ByteBuffer) {
        buffer.writeBytes(opening)
        Base64.encode(samples, into: &buffer)
        buffer.writeBytes(closing)
    }

    // MARK: Message to samples

    /// The samples of an `audio` message; nil for every other one.
    static func pcm(of message: ByteBuffer) -> ByteBuffer? {
        message.withUnsafeReadableBytes { bytes in
            guard bytes.starts(with: audioType), let start = dataStart(in: bytes),
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\""))
            else { return nil }
            return Base64.decode(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
    }

    private static let itemKey = Array(#""itemId":""#.utf8)
    private static let offsetKey = Array(#""offsetMs":"#.utf8)
    private static let itemMessage = Array(#"{"type":"audio_item","itemId":""#.utf8)
    private static let itemOffset = Array(#"","offsetMs":"#.utf8)

    /// Where the id of the item stands in an `audio` message of the relay, behind its data; nil where there is none.
    static func item(of message: ByteBuffer) -> ByteBuffer? {
        message.withUnsafeReadableBytes { bytes -> Range<Int>? in
            guard let start = place(of: itemKey, in: bytes),
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\""))
            else { return nil }
            return start..<end
        }.flatMap { message.getSlice(at: message.readerIndex + $0.lowerBound, length: $0.count) }
    }

    /// Tells a client that gets bare samples what the next ones belong to, with their offset in the item.
    static func itemMessage(_ item: ByteBuffer, of message: ByteBuffer) -> ByteBuffer {
        let digits = message.withUnsafeReadableBytes { bytes -> [UInt8] in
            guard let start = place(of: offsetKey, in: bytes) else { return [UInt8(ascii: "0")] }
            return Array(bytes[start...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        }
        var text = ByteBuffer()
        text.writeBytes(itemMessage)
        text.writeImmutableBuffer(item)
        text.writeBytes(itemOffset)
        text.writeBytes(digits.isEmpty ? [UInt8(ascii: "0")] : digits)
        text.writeBytes(Array("}".utf8))
        return text
    }

    /// Behind a key that stands near the end, where the relay writes what belongs to the data.
    private static func place(of key: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
        var index = max(0, bytes.count - 256)
        while index + key.count <= bytes.count {
            if bytes[index..<(index + key.count)].elementsEqual(key) { return index + key.count }
            index += 1
        }
        return nil
    }

    private static func dataStart(in bytes: UnsafeRawBufferPointer) -> Int? {
        if bytes.starts(with: opening) { return opening.count }
        // Base64 holds no quotes, so the first one of these is the key.
        var index = audioType.count
        while index + dataKey.count < bytes.count {
            if bytes[index..<(index + dataKey.count)].elementsEqual(dataKey) { return index + dataKey.count }
            index += 1
        }
        return nil
    }
}
