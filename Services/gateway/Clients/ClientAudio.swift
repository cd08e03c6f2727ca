import Domain
import Foundation
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
    static func check(_ message: UnsafeRawBufferPointer) -> Outline {
        if begins(message, with: opening) { return .fine }
        guard let first = message.first(where: { !isBlank($0) }), first == UInt8(ascii: "{") else { return .noObject }
        return JSONNesting.isWithin(JSONNesting.limit, message) ? .fine : .tooDeep
    }

    /// What a binary frame is. Samples may begin with the byte `{` by chance; then they do not look like an object.
    static func kind(ofBinary message: UnsafeRawBufferPointer, rawAudio: Bool) -> BinaryKind {
        if message.first == UInt8(ascii: "{") {
            let second = message.dropFirst().first { !isBlank($0) }
            let isObject =
                (second == UInt8(ascii: "\"") || second == UInt8(ascii: "}"))
                && message.last { !isBlank($0) } == UInt8(ascii: "}")
                && String(validating: message, as: UTF8.self) != nil
            if isObject { return .json }
        }
        return rawAudio && message.count > 0 && message.count.isMultiple(of: 2) ? .pcm : .unknown
    }

    private static func begins(_ message: UnsafeRawBufferPointer, with text: [UInt8]) -> Bool {
        guard message.count >= text.count, let base = message.baseAddress else { return false }
        return text.withUnsafeBytes { memcmp(base, $0.baseAddress ?? base, text.count) == 0 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }

    // MARK: Samples to message

    /// Bytes of the `audio` message for so many bytes of samples.
    static func messageLength(ofPCM count: Int) -> Int {
        opening.count + (count + 2) / 3 * 4 + closing.count
    }

    /// - Parameter room: as long as `messageLength` says.
    static func writeMessage(pcm samples: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) {
        let dataEnd = room.count - closing.count
        UnsafeMutableRawBufferPointer(rebasing: room[..<opening.count]).copyBytes(from: opening)
        Base64.encode(samples, into: UnsafeMutableRawBufferPointer(rebasing: room[opening.count..<dataEnd]))
        UnsafeMutableRawBufferPointer(rebasing: room[dataEnd...]).copyBytes(from: closing)
    }

    // MARK: Message to samples

    /// The samples of an `audio` message; nil for every other one.
    static func pcm(of message: UnsafeRawBufferPointer) -> ByteBuffer? {
        guard begins(message, with: audioType), let start = dataStart(in: message),
            let end = message[start...].firstIndex(of: UInt8(ascii: "\""))
        else { return nil }
        return Base64.decode(UnsafeRawBufferPointer(rebasing: message[start..<end]))
    }

    private static let itemKey = Array(#""itemId":""#.utf8)
    private static let offsetKey = Array(#""offsetMs":"#.utf8)
    private static let itemMessage = Array(#"{"type":"audio_item","itemId":""#.utf8)
    private static let itemOffset = Array(#"","offsetMs":"#.utf8)

    /// The id of the item in an `audio` message of the relay, behind its data; nil where there is none.
    static func item(of message: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let start = place(of: itemKey, in: message),
            let end = message[start...].firstIndex(of: UInt8(ascii: "\""))
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: message[start..<end])
    }

    /// Tells a client that gets bare samples what the next ones belong to, with their offset in the item.
    static func itemMessage(_ item: UnsafeRawBufferPointer, of message: UnsafeRawBufferPointer) -> [UInt8] {
        let zero = [UInt8(ascii: "0")]
        let digits =
            place(of: offsetKey, in: message).map { start in
                Array(message[start...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            } ?? zero
        return itemMessage + Array(item) + itemOffset + (digits.isEmpty ? zero : digits) + [UInt8(ascii: "}")]
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
