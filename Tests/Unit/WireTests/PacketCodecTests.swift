import NIOCore
import Testing

@testable import Wire

@Suite struct PacketCodecTests {
    @Test func `a packet is read as it was written, without any of the next one`() throws {
        var buffer = ByteBuffer()
        try PacketCodec.write(#"{"type":"a"}"#.utf8, into: &buffer)
        try PacketCodec.write(#"{"type":"ř"}"#.utf8, into: &buffer)
        #expect(try PacketCodec.readPacket(from: &buffer).map { String(buffer: $0) } == #"{"type":"a"}"#)
        #expect(try PacketCodec.readPacket(from: &buffer).map { String(buffer: $0) } == #"{"type":"ř"}"#)
        #expect(try PacketCodec.readPacket(from: &buffer) == nil)
    }

    @Test func `an incomplete packet is left in the buffer`() throws {
        var whole = ByteBuffer()
        try PacketCodec.write(#"{"type":"a"}"#.utf8, into: &whole)
        for length in 0..<whole.readableBytes {
            var part = try #require(whole.getSlice(at: 0, length: length))
            #expect(try PacketCodec.readPacket(from: &part) == nil)
            #expect(part.readableBytes == length)
        }
    }

    @Test func `a length above 16 MiB is refused from the length alone`() {
        var buffer = ByteBuffer(integer: UInt32(PacketCodec.lengthLimit + 1))
        let error = #expect(throws: WireError.self) { try PacketCodec.readPacket(from: &buffer) }
        #expect(error?.code == .packetTooLarge)
    }

    @Test(arguments: ["", "[]", "null", "\u{0}{}"]) func `a body that is not an object is malformed`(body: String) {
        var buffer = ByteBuffer(integer: UInt32(body.utf8.count))
        buffer.writeString(body)
        let error = #expect(throws: WireError.self) { try PacketCodec.readPacket(from: &buffer) }
        #expect(error?.code == .malformedPacket)
    }
}
