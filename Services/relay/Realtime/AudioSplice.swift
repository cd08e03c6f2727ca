import Foundation
import NIOCore

/// Moves audio between the client's message and the upstream event as the base64 text it is: checked, copied once, never
/// decoded. What does not have the expected shape is left to the full parsers.
enum AudioSplice {
    // MARK: Client to upstream

    private static let clientPrefix = Array(#"{"type":"audio","data":""#.utf8)
    private static let appendPrefix = Array(#"{"type":"input_audio_buffer.append","audio":""#.utf8)
    private static let stringAndObjectEnd = Array(#""}"#.utf8)

    struct AppendEvent {
        var event: ByteBuffer
        /// Of audio, decoded.
        var byteCount: Int
    }

    /// The upstream event for a client's `{"type":"audio","data":"…"}` written exactly so, which is what every JSON library
    /// makes of it in its compact form. Nil for everything else.
    static func appendEvent(for message: ByteBuffer) -> AppendEvent? {
        let dataCount = message.readableBytes - clientPrefix.count - stringAndObjectEnd.count
        guard dataCount >= 0 else { return nil }
        return message.withUnsafeReadableBytes { bytes in
            let dataEnd = clientPrefix.count + dataCount
            guard bytes.starts(with: clientPrefix), bytes[dataEnd] == stringAndObjectEnd[0],
                bytes[dataEnd + 1] == stringAndObjectEnd[1]
            else { return nil }
            return appendEvent(base64: UnsafeRawBufferPointer(rebasing: bytes[clientPrefix.count..<dataEnd]))
        }
    }

    /// Whether a message is audio in any spelling of JSON, and its event: for clients whose JSON has blanks, another order
    /// of keys, additional keys, or `\/` for a slash.
    ///
    /// - Returns: nil when it is no audio message at all.
    /// - Throws: `InvalidAudio` when it is one and its data is not base64.
    static func unusualAppendEvent(for message: ByteBuffer) throws(InvalidAudio) -> AppendEvent? {
        struct Message: Decodable {
            var type: String
            var data: String?
        }
        let bytes = Data(message.readableBytesView)
        guard let audio = try? JSONDecoder().decode(Message.self, from: bytes), audio.type == "audio" else {
            return nil
        }
        guard let data = audio.data else { throw InvalidAudio() }
        let event = Array(data.utf8).withUnsafeBytes { appendEvent(base64: $0) }
        guard let event else { throw InvalidAudio() }
        return event
    }

    struct InvalidAudio: Error {}

    private static func appendEvent(base64: UnsafeRawBufferPointer) -> AppendEvent? {
        guard let byteCount = Base64Text.byteCount(of: base64) else { return nil }
        var event = ByteBuffer()
        event.reserveCapacity(appendPrefix.count + base64.count + stringAndObjectEnd.count)
        event.writeBytes(appendPrefix)
        event.writeBytes(base64)
        event.writeBytes(stringAndObjectEnd)
        return AppendEvent(event: event, byteCount: byteCount)
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
    static func delta(in event: ByteBuffer) -> Delta? {
        event.withUnsafeReadableBytes { bytes in
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
    }

    private static let dataPrefix = Array(#"{"type":"audio","data":""#.utf8)
    private static let itemPrefix = Array(#"","itemId":""#.utf8)
    private static let offsetPrefix = Array(#"","offsetMs":"#.utf8)

    /// The client's message for a delta. The item's id is copied as it stands: as part of a string without escapes it
    /// needs none here either.
    static func clientMessage(for delta: Delta, in event: ByteBuffer, offsetMs: Int) -> ByteBuffer {
        event.withUnsafeReadableBytes { bytes in
            clientMessage(
                base64: UnsafeRawBufferPointer(rebasing: bytes[delta.base64]),
                itemId: UnsafeRawBufferPointer(rebasing: bytes[delta.itemId]), offsetMs: offsetMs)
        }
    }

    /// The same for a delta that came through the parser. Nil when its audio is not base64.
    static func clientMessage(base64: String, itemId: String, offsetMs: Int) -> (message: ByteBuffer, byteCount: Int)? {
        let escaped = itemId.utf8.filter { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        return Array(base64.utf8).withUnsafeBytes { data in
            guard let byteCount = Base64Text.byteCount(of: data) else { return nil }
            return escaped.withUnsafeBytes { id in
                (clientMessage(base64: data, itemId: id, offsetMs: offsetMs), byteCount)
            }
        }
    }

    private static func clientMessage(
        base64: UnsafeRawBufferPointer, itemId: UnsafeRawBufferPointer, offsetMs: Int
    ) -> ByteBuffer {
        var message = ByteBuffer()
        // 20 digits hold any Int.
        message.reserveCapacity(
            dataPrefix.count + base64.count + itemPrefix.count + itemId.count + offsetPrefix.count + 21)
        message.writeBytes(dataPrefix)
        message.writeBytes(base64)
        message.writeBytes(itemPrefix)
        message.writeBytes(itemId)
        message.writeBytes(offsetPrefix)
        message.writeDecimal(offsetMs)
        message.writeInteger(UInt8(ascii: "}"))
        return message
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func `is`(_ text: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, let base = baseAddress else { return false }
        return memcmp(base + range.lowerBound, text.utf8Start, range.count) == 0
    }
}

extension ByteBuffer {
    /// A number that is not negative, in decimal digits and without a `String`.
    fileprivate mutating func writeDecimal(_ value: Int) {
        var divisor = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            writeInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }
}
