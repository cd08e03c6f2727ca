import NIOCore
import Testing

@testable import WebSocket

@Suite struct FrameReaderTests {
    /// Reads `bytes` as a server does, in chunks of `piece` bytes.
    private func read(
        _ bytes: [UInt8], piece: Int = .max, role: WebSocketRole = .server, limit: Int = 1000
    ) throws -> [FrameReader.Event] {
        var reader = FrameReader(role: role, maxMessageBytes: limit)
        var events = [FrameReader.Event]()
        var rest = bytes[...]
        while !rest.isEmpty {
            var buffer = ByteBuffer(bytes: rest.prefix(piece))
            rest = rest.dropFirst(piece)
            while let event = try reader.next(from: &buffer) { events.append(event) }
            #expect(buffer.readableBytes == 0)
        }
        return events
    }

    @Test(arguments: [1, 2, 3, 7, 64, 100_000])
    func `messages arrive whole however their bytes are split`(piece: Int) throws {
        let long = String(repeating: "ž", count: 300)
        let bytes = [
            RawFrame.text("Hel", final: false), RawFrame(first: 0x89, payload: [1, 2]),
            RawFrame(first: 0x00, payload: Array("lo ".utf8)), RawFrame(first: 0x80, payload: Array("wörld".utf8)),
            RawFrame.text(""), RawFrame(first: 0x82, payload: [0, 255]), RawFrame.text(long),
            RawFrame(first: 0x8A, payload: []),
            RawFrame.close(1000, "bye"),
        ].flatMap(\.bytes)
        #expect(
            try read(bytes, piece: piece) == [
                .ping(ByteBuffer(bytes: [1, 2])), .message(.text(ByteBuffer(string: "Hello wörld"))),
                .message(.text(ByteBuffer())), .message(.binary(ByteBuffer(bytes: [0, 255]))),
                .message(.text(ByteBuffer(string: long))), .pong, .message(.close(.normal, reason: "bye")),
            ])
    }

    @Test(arguments: [1, 5, 100_000])
    func `a client reads unmasked frames`(piece: Int) throws {
        let bytes = [
            RawFrame.text("ab", final: false).unmasked, RawFrame(first: 0x89, payload: [], key: nil),
            RawFrame(first: 0x80, payload: Array("cd".utf8), key: nil), RawFrame.text("ef").unmasked,
            RawFrame(first: 0x88, payload: [], key: nil),
        ].flatMap(\.bytes)
        #expect(
            try read(bytes, piece: piece, role: .client) == [
                .ping(ByteBuffer()), .message(.text(ByteBuffer(string: "abcd"))),
                .message(.text(ByteBuffer(string: "ef"))), .message(.close(.noCode)),
            ])
    }

    struct Offence: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: WebSocketCloseCode
        var bytes: [UInt8]

        init(_ name: String, _ code: WebSocketCloseCode, _ frames: RawFrame...) {
            testDescription = name
            self.code = code
            bytes = frames.flatMap(\.bytes)
        }

        init(_ name: String, _ code: WebSocketCloseCode, bytes: [UInt8]) {
            testDescription = name
            self.code = code
            self.bytes = bytes
        }
    }

    static let offences = [
        Offence("an unmasked client frame", .protocolError, .text("a").unmasked),
        Offence("RSV1", .protocolError, RawFrame(first: 0xC1, payload: [])),
        Offence("RSV2", .protocolError, RawFrame(first: 0xA1, payload: [])),
        Offence("RSV3", .protocolError, RawFrame(first: 0x91, payload: [])),
        Offence("opcode 3", .protocolError, RawFrame(first: 0x83, payload: [])),
        Offence("opcode 7", .protocolError, RawFrame(first: 0x87, payload: [])),
        Offence("opcode 11", .protocolError, RawFrame(first: 0x8B, payload: [])),
        Offence("opcode 15", .protocolError, RawFrame(first: 0x8F, payload: [])),
        Offence("a ping of 126 bytes", .protocolError, RawFrame(first: 0x89, payload: Array(repeating: 1, count: 126))),
        Offence("a fragmented ping", .protocolError, RawFrame(first: 0x09, payload: [])),
        Offence("a fragmented close", .protocolError, RawFrame(first: 0x08, payload: [])),
        Offence("a continuation of nothing", .protocolError, RawFrame(first: 0x80, payload: [])),
        Offence("a message inside a message", .protocolError, .text("a", final: false), .text("b")),
        Offence("a close of one byte", .protocolError, RawFrame(first: 0x88, payload: [3])),
        Offence("close 999", .protocolError, .close(999)), Offence("close 1004", .protocolError, .close(1004)),
        Offence("close 1005", .protocolError, .close(1005)), Offence("close 1006", .protocolError, .close(1006)),
        Offence("close 1015", .protocolError, .close(1015)), Offence("close 2999", .protocolError, .close(2999)),
        Offence("close 5000", .protocolError, .close(5000)),
        Offence("a close reason that is not UTF-8", .invalidData, RawFrame(first: 0x88, payload: [3, 232, 0xFF])),
        Offence("a text that is not UTF-8", .invalidData, RawFrame(first: 0x81, payload: [0x61, 0xED, 0xA0, 0x80])),
        Offence(
            "a text that is not UTF-8 over two fragments", .invalidData, RawFrame(first: 0x01, payload: [0xC5]),
            RawFrame(first: 0x80, payload: [0x41])),
        Offence("1001 bytes announced", .tooBig, bytes: [0x82, 0xFE, 0x03, 0xE9, 0, 0, 0, 0]),
        Offence("2^62 bytes announced", .tooBig, bytes: [0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
        Offence(
            "2^62 bytes announced in a continuation", .tooBig,
            bytes: RawFrame(first: 0x02, payload: [0]).bytes + [
                0x80, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4,
            ]),
        Offence(
            "a length with its top bit set", .protocolError, bytes: [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
        Offence("a length of 5 in two bytes", .protocolError, bytes: [0x82, 0xFE, 0, 5, 0, 0, 0, 0]),
        Offence(
            "a length of 5 in eight bytes", .protocolError, bytes: [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0]),
        Offence(
            "1001 bytes in two fragments", .tooBig,
            bytes: RawFrame(first: 0x02, payload: Array(repeating: 0, count: 900)).bytes + [
                0x80, 0x80 | 101, 0, 0, 0, 0,
            ]),
        Offence(
            "four empty fragments before the last", .tooBig, .text("", final: false),
            RawFrame(first: 0x00, payload: []), RawFrame(first: 0x00, payload: []),
            RawFrame(first: 0x00, payload: []), RawFrame(first: 0x80, payload: [])),
    ]

    @Test(arguments: offences, [1, 100_000])
    func `a protocol violation is refused with its close code`(offence: Offence, piece: Int) {
        #expect {
            try read(offence.bytes, piece: piece)
        } throws: { error in
            guard case WebSocketFailure.violation(let code, let reason) = error else { return false }
            return code == offence.code && !reason.isEmpty
        }
    }

    @Test func `a masked server frame is refused by the client`() {
        #expect(throws: WebSocketFailure.violation(.protocolError, "a server frame is masked")) {
            try read(RawFrame.text("a").bytes, role: .client)
        }
    }

    @Test func `a message of exactly the limit is accepted`() throws {
        let payload = [UInt8](repeating: 7, count: 1000)
        #expect(
            try read(RawFrame(first: 0x82, payload: payload).bytes) == [.message(.binary(ByteBuffer(bytes: payload)))])
    }

    /// A message in fragments of this many bytes.
    private func fragmented(_ payload: [UInt8], _ size: Int) -> [UInt8] {
        stride(from: 0, to: payload.count, by: size).flatMap { start in
            let end = min(start + size, payload.count)
            let opcode: UInt8 = (start == 0 ? 0x02 : 0x00) | (end == payload.count ? 0x80 : 0)
            return RawFrame(first: opcode, payload: Array(payload[start..<end])).bytes
        }
    }

    @Test(arguments: [256, 1_016, 4_096])
    func `a message of the largest size may come in fragments of the size that libraries use`(size: Int) throws {
        let payload = [UInt8](repeating: 7, count: 1 << 20)
        #expect(
            try read(fragmented(payload, size), limit: 1 << 20) == [.message(.binary(ByteBuffer(bytes: payload)))])
        let almost = Array(payload.dropLast())
        #expect(
            try read(fragmented(almost, size), limit: 1 << 20) == [.message(.binary(ByteBuffer(bytes: almost)))])
    }

    @Test func `a flood of tiny fragments is refused, and an ordinary message after others is not`() throws {
        let payload = [UInt8](repeating: 7, count: 10_000)
        #expect {
            try read(fragmented(payload, 1), limit: 1 << 20)
        } throws: { error in
            guard case WebSocketFailure.violation(.tooBig, _) = error else { return false }
            return true
        }
        let many = (0..<10).flatMap { _ in fragmented([UInt8](repeating: 7, count: 900), 300) }
        #expect(try read(many).count == 10)
    }
}
