/// A client's audio message, masked once; only the sequence number changes from frame to frame.
struct AudioTemplate {
    private var frame: [UInt8] = []
    private let mask: UInt32
    private var sequenceAt = 0

    init(milliseconds: Int, mask: UInt32) {
        self.mask = mask
        var payload =
            AudioMessage.clientPrefix + AudioMessage.sound(AudioMessage.characters(milliseconds: milliseconds))
        payload += Array(#""}"#.utf8)
        payload.withUnsafeMutableBytes { FrameStream.unmask($0, key: mask) }
        FrameStream.header(.text, length: payload.count, mask: mask) { frame.append(contentsOf: $0) }
        sequenceAt = frame.count + AudioMessage.clientPrefix.count
        frame += payload
    }

    /// Passes the frame with this number to `body`; the bytes are valid only during the call.
    mutating func with(_ sequence: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        let offset = AudioMessage.clientPrefix.count
        let key = mask
        let place = sequenceAt
        frame.withUnsafeMutableBytes { bytes in
            withUnsafeBytes(of: key) { key in
                AudioMessage.write(sequence) { index, digit in
                    bytes[place + index] = digit ^ key[(offset + index) & 3]
                }
            }
        }
        frame.withUnsafeBytes(body)
    }
}
