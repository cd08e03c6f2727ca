import Foundation
import Wire

/// Moves audio between the client's message and the upstream event as the base64 text it is: checked, copied once, never
/// decoded. What does not have the expected shape is left to the full parsers.
enum AudioSplice {
    // MARK: Client to upstream

    private static let clientPrefix = Array(#"{"type":"audio","data":""#.utf8)
    private static let appendPrefix = Array(#"{"type":"input_audio_buffer.append","audio":""#.utf8)
    private static let stringAndObjectEnd = Array(#""}"#.utf8)

    /// Base64 that has been checked.
    struct Audio {
        /// As offsets into the message.
        var base64: Range<Int>
        /// Of audio, decoded.
        var byteCount: Int
    }

    /// The audio in a client's `{"type":"audio","data":"…"}` written exactly so, which is what every JSON library makes of it
    /// in its compact form. Nil for everything else.
    static func audio(in message: UnsafeRawBufferPointer) -> Audio? {
        let dataEnd = message.count - stringAndObjectEnd.count
        guard dataEnd >= clientPrefix.count, message.has(clientPrefix, at: 0),
            message.has(stringAndObjectEnd, at: dataEnd)
        else { return nil }
        let base64 = clientPrefix.count..<dataEnd
        return Base64Text.byteCount(of: UnsafeRawBufferPointer(rebasing: message[base64]))
            .map { Audio(base64: base64, byteCount: $0) }
    }

    /// Whether a message is audio in any spelling of JSON, and its base64: for clients whose JSON has blanks, another order
    /// of keys, additional keys, or `\/` for a slash.
    ///
    /// - Returns: nil when it is no audio message at all.
    /// - Throws: `InvalidAudio` when it is one and its data is not base64.
    static func unusualAudio(in message: Data) throws(InvalidAudio) -> (base64: [UInt8], byteCount: Int)? {
        struct Message: Decodable {
            var type: String
            var data: String?
        }
        guard let audio = try? JSONDecoder().decode(Message.self, from: message), audio.type == "audio" else {
            return nil
        }
        let base64 = audio.data.map { Array($0.utf8) } ?? [UInt8(ascii: "-")]
        guard let byteCount = base64.withUnsafeBytes({ Base64Text.byteCount(of: $0) }) else { throw InvalidAudio() }
        return (base64, byteCount)
    }

    struct InvalidAudio: Error {}

    /// Bytes of the upstream event for so many characters of base64.
    static func appendLength(_ base64Count: Int) -> Int {
        appendPrefix.count + base64Count + stringAndObjectEnd.count
    }

    /// - Parameter room: as long as `appendLength` says.
    static func writeAppend(_ base64: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer) {
        var end = 0
        room.put(appendPrefix, at: &end)
        room.put(base64, at: &end)
        room.put(stringAndObjectEnd, at: &end)
    }

    // MARK: Upstream to client

    /// Where the parts of an audio delta are, as offsets into the event's readable bytes.
    struct Delta {
        var itemId: Range<Int>
        var responseId: Range<Int>?
        var base64: Range<Int>
        /// Of audio, decoded.
        var byteCount: Int
    }

    /// The parts of `response.output_audio.delta` or `response.audio.delta`. Nil for every other event, and for one that is
    /// spelled in a way that only a parser should read.
    static func delta(in bytes: UnsafeRawBufferPointer) -> Delta? {
        var scan = TopLevelScan(bytes)
        var isDelta = false
        var itemId: Range<Int>?
        var responseId: Range<Int>?
        var base64: Range<Int>?
        while let member = scan.next() {
            if bytes.is("type", at: member.key) {
                guard member.isPlainString,
                    bytes.is("response.output_audio.delta", at: member.value)
                        || bytes.is("response.audio.delta", at: member.value)
                else { return nil }
                isDelta = true
            } else if bytes.is("item_id", at: member.key) {
                guard member.isPlainString else { return nil }
                itemId = member.value
            } else if bytes.is("response_id", at: member.key), member.isPlainString {
                responseId = member.value
            } else if bytes.is("delta", at: member.key) {
                guard member.isPlainString else { return nil }
                base64 = member.value
            }
        }
        guard scan.isComplete, isDelta, let itemId, !itemId.isEmpty, let base64,
            let byteCount = Base64Text.byteCount(of: UnsafeRawBufferPointer(rebasing: bytes[base64]))
        else { return nil }
        return Delta(itemId: itemId, responseId: responseId, base64: base64, byteCount: byteCount)
    }

    private static let dataPrefix = Array(#"{"type":"audio","data":""#.utf8)
    private static let itemPrefix = Array(#"","itemId":""#.utf8)
    private static let offsetPrefix = Array(#"","offsetMs":"#.utf8)

    /// The client's message for a piece of the customer's voice. The item's id stands in it as it came: as part of a string
    /// without escapes it needs none here either.
    struct ClientMessage {
        var base64: UnsafeRawBufferPointer
        var itemId: UnsafeRawBufferPointer
        var offsetMs: Int

        var length: Int {
            dataPrefix.count + base64.count + itemPrefix.count + itemId.count + offsetPrefix.count
                + DecimalText.length(of: offsetMs) + 1
        }

        /// - Parameter room: as long as `length` says.
        func write(to room: UnsafeMutableRawBufferPointer) {
            var end = 0
            room.put(dataPrefix, at: &end)
            room.put(base64, at: &end)
            room.put(itemPrefix, at: &end)
            room.put(itemId, at: &end)
            room.put(offsetPrefix, at: &end)
            DecimalText.write(
                offsetMs, to: UnsafeMutableRawBufferPointer(rebasing: room[end..<(room.count - 1)]))
            room[room.count - 1] = UInt8(ascii: "}")
        }
    }

    /// An id as it may stand in a string without escapes.
    static func unescaped(_ itemId: String) -> [UInt8] {
        itemId.utf8.filter { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}

extension UnsafeRawBufferPointer {
    /// - Parameter other: of the same length.
    func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard let base = baseAddress, let others = other.baseAddress else { return true }
        return memcmp(base, others, count) == 0
    }

    fileprivate func has(_ text: [UInt8], at offset: Int) -> Bool {
        guard let base = baseAddress, offset + text.count <= count else { return false }
        return text.withUnsafeBytes { memcmp(base + offset, $0.baseAddress ?? base, text.count) == 0 }
    }

    fileprivate func `is`(_ text: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, let base = baseAddress else { return false }
        return memcmp(base + range.lowerBound, text.utf8Start, range.count) == 0
    }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate func put(_ bytes: [UInt8], at offset: inout Int) {
        bytes.withUnsafeBytes { put($0, at: &offset) }
    }

    fileprivate func put(_ bytes: UnsafeRawBufferPointer, at offset: inout Int) {
        guard let base = baseAddress, let from = bytes.baseAddress, offset + bytes.count <= count else { return }
        memcpy(base + offset, from, bytes.count)
        offset += bytes.count
    }
}
