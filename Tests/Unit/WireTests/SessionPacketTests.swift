import NIOCore
import TestSupport
import Testing

@testable import Wire

@Suite struct SessionPacketTests {
    @Test(arguments: [0, 7, 10, 17, 999, 1_000, 2_147_483_647])
    func `number and message are read as they were written`(session: Int) throws {
        let message = #"{"type":"audio","data":"AAAA"}"#
        var buffer = ByteBuffer()
        try SessionPacket.write(session: session, message: ByteBuffer(string: message), into: &buffer)
        let body = try #require(try PacketCodec.readPacket(from: &buffer))
        #expect(String(buffer: body) == #"{"s":\#(session),"m":\#(message)}"#)
        let packet = try #require(SessionMessage(body))
        #expect(packet.session == session)
        #expect(String(buffer: packet.message) == message)
        #expect(buffer.readableBytes == 0)
    }

    @Test(arguments: [
        #"{ "s" : 5 , "m" : {"type":"text","text":"}\"{"} }"#,
        #"{"m":{"type":"text","text":"}\"{"},"s":5}"#,
        #"{"v":[1,{"s":9}],"s":5,"m":{"type":"text","text":"}\"{"},"x":null}"#,
    ])
    func `other JSON spellings are understood`(text: String) throws {
        let packet = try #require(SessionMessage(ByteBuffer(string: text)))
        #expect(packet.session == 5)
        #expect(String(buffer: packet.message) == #"{"type":"text","text":"}\"{"}"#)
    }

    @Test func `a client's message cannot name another session`() throws {
        let hostile = #"1},"s":9,"m":{"type":"end_session""#
        var buffer = ByteBuffer()
        try SessionPacket.write(session: 5, message: ByteBuffer(string: hostile), into: &buffer)
        let body = try #require(try PacketCodec.readPacket(from: &buffer))
        let packet = try #require(SessionMessage(body))
        #expect(packet.session == 5)
        #expect(String(buffer: packet.message) == hostile)
    }

    @Test(arguments: [
        "", "{}", "{", #"{"type":"attach","s":4}"#, #"{"s":-1,"m":1}"#, #"{"s":"1","m":1}"#, #"{"s":1,"m":}"#,
        #"{"s":1,"m":1"#, #"{"s":99999999999999999999,"m":1}"#, #"{"s":1.5,"m":{}}"#, #"["s",1]"#,
    ])
    func `anything else is not a session packet`(text: String) {
        #expect(SessionMessage(ByteBuffer(string: text)) == nil)
    }
}
