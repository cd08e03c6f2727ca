import Conversation
import Foundation
import JSON

/// Moves audio between the client's message and the upstream event as the base64 text it is: checked, copied once,
/// never decoded. What does not have the expected shape is left to the full parsers.
enum AudioSplice {
    // MARK: Client to upstream

    private static let appendHead: StaticString = #"{"type":"input_audio_buffer.append","audio":""#
    private static let appendTail: StaticString = #""}"#

    /// Base64 that has been checked.
    struct Audio {
        /// As offsets into the message.
        var base64: Range<Int>
        /// Bytes of decoded audio.
        var byteCount: Int
    }

    /// The audio in a client's `{"type":"audio","data":"…"}` written exactly so, which is what every JSON library
    /// writes in its compact form. Nil for everything else.
    static func audio(in message: UnsafeRawBufferPointer) -> Audio? {
        guard let base64 = AudioMessage.base64(inClientMessage: message) else { return nil }
        return Base64Text.byteCount(of: UnsafeRawBufferPointer(rebasing: message[base64]))
            .map { Audio(base64: base64, byteCount: $0) }
    }

    /// The same for base64 that has line breaks or no padding, as some encoders write it.
    static func untidyAudio(in message: UnsafeRawBufferPointer) -> [UInt8]? {
        AudioMessage.base64(inClientMessage: message)
            .flatMap { Base64Text.tidied(UnsafeRawBufferPointer(rebasing: message[$0])) }
    }

    /// The audio in a message of any JSON spelling: for clients whose JSON has blanks, another order of keys,
    /// additional keys, or `\/` for a slash.
    ///
    /// - Returns: nil when it is not an audio message.
    /// - Throws: `InvalidAudio` when it is an audio message and its data is not base64.
    static func unusualAudio(in message: Data) throws(InvalidAudio) -> [UInt8]? {
        struct Message: Decodable {
            var type: String
            var data: String?
        }
        guard let audio = try? JSONDecoder().decode(Message.self, from: message), audio.type == "audio" else {
            return nil
        }
        guard let data = audio.data, let base64 = Array(data.utf8).withUnsafeBytes({ Base64Text.tidied($0) }) else {
            throw InvalidAudio()
        }
        return base64
    }

    struct InvalidAudio: Error {}

    /// Bytes of the upstream event for this number of base64 characters.
    static func appendLength(_ base64Count: Int) -> Int {
        appendHead.utf8CodeUnitCount + base64Count + appendTail.utf8CodeUnitCount
    }

    /// - Parameter output: as long as `appendLength` says.
    static func writeAppend(_ base64: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer) {
        var end = 0
        output.put(appendHead, at: &end)
        output.put(base64, at: &end)
        output.put(appendTail, at: &end)
    }

    // MARK: Upstream to client

    /// Where the parts of an audio delta are, as offsets into the event's readable bytes.
    struct Delta {
        var itemId: Range<Int>
        var responseId: Range<Int>?
        var base64: Range<Int>
        /// Bytes of decoded audio.
        var byteCount: Int
    }

    /// The parts of `response.output_audio.delta` or `response.audio.delta`. Nil for every other event, and for one
    /// that is spelled in a way that only a parser should read, a key that occurs twice among them.
    static func delta(in bytes: UnsafeRawBufferPointer) -> Delta? {
        var scan = TopLevelScan(bytes)
        var isDelta = false
        var itemId: Range<Int>?
        var responseId: Range<Int>?
        var base64: Range<Int>?
        while let member = scan.next() {
            guard member.hasPlainKey else { return nil }
            if bytes.is("type", at: member.key) {
                guard member.isPlainString, !isDelta,
                    bytes.is("response.output_audio.delta", at: member.value)
                        || bytes.is("response.audio.delta", at: member.value)
                else { return nil }
                isDelta = true
            } else if bytes.is("item_id", at: member.key) {
                guard member.isPlainString, itemId == nil, member.value.count <= RealtimeEvent.longestId else {
                    return nil
                }
                itemId = member.value
            } else if bytes.is("response_id", at: member.key), member.isPlainString {
                guard responseId == nil, member.value.count <= RealtimeEvent.longestId else { return nil }
                responseId = member.value
            } else if bytes.is("delta", at: member.key) {
                guard member.isPlainString, base64 == nil else { return nil }
                base64 = member.value
            }
        }
        guard scan.isComplete, isDelta, let itemId, !itemId.isEmpty, let base64,
            let byteCount = Base64Text.byteCount(of: UnsafeRawBufferPointer(rebasing: bytes[base64]))
        else { return nil }
        return Delta(itemId: itemId, responseId: responseId, base64: base64, byteCount: byteCount)
    }

    /// The client's message for a piece of the customer's audio.
    typealias ClientMessage = AudioMessage.FromServer

    /// An id without the characters that a JSON string would have to escape.
    static func unescaped(_ itemId: String) -> [UInt8] { AudioMessage.unescaped(itemId) }
}
