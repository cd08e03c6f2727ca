/// The `audio` message between client and server: both its spellings, and where its parts are found again.
///
/// A client sends `{"type":"audio","data":"…"}`. The server's has `itemId` and `offsetMs` after the data. Writing and
/// finding are side by side because the gateway finds what the relay writes, byte for byte.
public enum AudioMessage {
    @inlinable static var head: StaticString { #"{"type":"audio","data":""# }
    @inlinable static var tail: StaticString { #""}"# }
    @inlinable static var item: StaticString { #"","itemId":""# }
    @inlinable static var offset: StaticString { #"","offsetMs":"# }

    // MARK: From a client

    /// Bytes of a client's message for this number of base64 characters.
    @inlinable
    public static func length(ofBase64 count: Int) -> Int {
        head.utf8CodeUnitCount + count + tail.utf8CodeUnitCount
    }

    /// - Parameters:
    ///   - output: as long as `length(ofBase64:)` says.
    ///   - base64: fills a buffer of exactly the length of the base64.
    @inlinable
    public static func write(
        to output: UnsafeMutableRawBufferPointer, base64: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        var start = 0
        output.put(head, at: &start)
        var end = output.count - tail.utf8CodeUnitCount
        base64(UnsafeMutableRawBufferPointer(rebasing: output[start..<end]))
        output.put(tail, at: &end)
    }

    /// Whether a message begins as `write` writes it.
    @inlinable
    public static func hasHead(_ message: UnsafeRawBufferPointer) -> Bool {
        message.has(head, at: 0)
    }

    /// Where the base64 is in a client's message written exactly as `write` does, which is what every JSON library
    /// makes in its compact form. Nil for everything else. The base64 is not checked: it may even hold a quote.
    @inlinable
    public static func base64(inClientMessage message: UnsafeRawBufferPointer) -> Range<Int>? {
        let end = message.count - tail.utf8CodeUnitCount
        guard end >= head.utf8CodeUnitCount, message.has(head, at: 0), message.has(tail, at: end) else { return nil }
        return head.utf8CodeUnitCount..<end
    }

    // MARK: From the server

    /// A piece of the customer's audio for the client.
    public struct FromServer {
        public var base64: UnsafeRawBufferPointer
        /// Written as it is, so it must not need an escape: see `unescaped`.
        public var itemId: UnsafeRawBufferPointer
        /// Of the piece in its item, in milliseconds; not negative.
        public var offsetMs: Int

        @inlinable
        public init(base64: UnsafeRawBufferPointer, itemId: UnsafeRawBufferPointer, offsetMs: Int) {
            self.base64 = base64
            self.itemId = itemId
            self.offsetMs = offsetMs
        }

        @inlinable
        public var length: Int {
            head.utf8CodeUnitCount + base64.count + item.utf8CodeUnitCount + itemId.count + offset.utf8CodeUnitCount
                + DecimalText.length(of: offsetMs) + 1
        }

        /// - Parameter output: as long as `length` says.
        @inlinable
        public func write(to output: UnsafeMutableRawBufferPointer) {
            var end = 0
            output.put(head, at: &end)
            output.put(base64, at: &end)
            output.put(item, at: &end)
            output.put(itemId, at: &end)
            output.put(offset, at: &end)
            DecimalText.write(
                offsetMs, to: UnsafeMutableRawBufferPointer(rebasing: output[end..<(output.count - 1)]))
            output[output.count - 1] = UInt8(ascii: "}")
        }
    }

    /// An id as it may stand in a string without escapes.
    public static func unescaped(_ itemId: String) -> [UInt8] {
        itemId.utf8.filter { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    /// The parts of an `audio` message, as offsets into its bytes.
    public struct Parts {
        public var base64: Range<Int>
        public var itemId: Range<Int>?
        /// A number, as it is written.
        public var offsetMs: Range<Int>?
    }

    /// The parts of a message whose first member is the type `audio`; the others may come in any order. Nil for
    /// everything else. The base64 is not checked, but holds neither quote nor backslash.
    public static func parts(of message: UnsafeRawBufferPointer) -> Parts? {
        guard message.has(#"{"type":"audio""#, at: 0) else { return nil }
        var base64: Range<Int>?
        var itemId: Range<Int>?
        var offsetMs: Range<Int>?
        var scan = TopLevelScan(message)
        while let member = scan.next() {
            if base64 == nil, message.is("data", at: member.key), member.isPlainString {
                base64 = member.value
            } else if itemId == nil, message.is("itemId", at: member.key), member.isPlainString {
                itemId = member.value
            } else if offsetMs == nil, message.is("offsetMs", at: member.key), !member.isString {
                offsetMs = member.value
            }
        }
        return base64.map { Parts(base64: $0, itemId: itemId, offsetMs: offsetMs) }
    }
}
