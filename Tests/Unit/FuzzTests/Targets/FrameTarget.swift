import NIOCore

@testable import WebSocket

extension FuzzTarget {
    private static let longestMessage = 4_096

    /// WebSocket frames from a client or, after a first byte that is odd, from a server. In one piece and in many the
    /// reader finds the same messages and the same fault; what it finds can be written and read again.
    static let frames: FuzzTarget = {
        func stream(_ role: WebSocketRole, _ frames: [(FrameOpcode, String)]) -> [UInt8] {
            var writer = FrameWriter(role: role)
            var buffer = ByteBuffer()
            for (opcode, text) in frames { writer.append(opcode, ByteBuffer(string: text), to: &buffer) }
            writer.appendClose(.normal, reason: "goodbye", to: &buffer)
            return [role == .client ? 0 : 1] + Array(buffer.readableBytesView)
        }
        let all: [(FrameOpcode, String)] = [
            (.text, #"{"type":"end_session"}"#), (.binary, "\0\u{1}\u{2}"), (.ping, "p"), (.pong, ""), (.text, "ä€𝄞"),
            (.text, String(repeating: "x", count: 300)),
        ]
        return FuzzTarget(
            "frames",
            seeds: [
                stream(.client, all), stream(.server, all), stream(.server, []),
                [1, 0x01, 0x02, 0x61, 0xC3, 0x89, 0x00, 0x80, 0x01, 0xA4],
                [1, 0x81, 0x7E, 0x00, 0x7E] + [UInt8](repeating: 0x61, count: 126), [1, 0x88, 0x02, 0x03, 0xE8],
                [0, 0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4],
            ],
            tokens: [
                "\u{81}", "\u{1}\u{1}a", "\0\u{1}b", "\u{7F}\u{7F}", "\u{8}\0", "\u{9}\u{1}x", "\0\0", "\u{1}\0",
            ]
        ) { input in
            let role = (input.first ?? 0) & 1 == 0 ? WebSocketRole.server : .client
            let bytes = Array(input.dropFirst())
            let (whole, fault) = read([bytes[...]], as: role)
            let (pieces, faultInPieces) = read(bytes.pieces, as: role)
            try require(whole == pieces, "in pieces it gives \(pieces), in one \(whole)")
            try require(fault == faultInPieces, "in pieces: \(faultInPieces ?? "fine"), in one: \(fault ?? "fine")")
            for case .message(let message) in whole { try check(message) }
            try writeAndRead(whole, as: role)
            return "\(whole.prefix(3).map(kind)) \(fault ?? "")"
        }
    }()

    private static func read(
        _ pieces: [ArraySlice<UInt8>], as role: WebSocketRole
    ) -> (events: [FrameReader.Event], fault: String?) {
        var reader = FrameReader(role: role, maxMessageBytes: longestMessage)
        var events: [FrameReader.Event] = []
        for piece in pieces {
            var buffer = ByteBuffer(bytes: piece)
            do throws(WebSocketFailure) {
                while let event = try reader.next(from: &buffer) {
                    events.append(event)
                    // As the handler does: nothing counts behind a close.
                    if case .message(.close) = event { return (events, nil) }
                }
            } catch {
                return (events, "\(error)")
            }
        }
        return (events, nil)
    }

    private static func check(_ message: WebSocketMessage) throws {
        switch message {
        case .text(let text):
            try require(text.readableBytes <= longestMessage, "a text of \(text.readableBytes) bytes")
            try require(String(validating: text.readableBytesView, as: UTF8.self) != nil, "a text that is not UTF-8")
        case .binary(let data):
            try require(data.readableBytes <= longestMessage, "a message of \(data.readableBytes) bytes")
        case .close: break
        }
    }

    private static func writeAndRead(_ events: [FrameReader.Event], as role: WebSocketRole) throws {
        var writer = FrameWriter(role: role == .server ? .client : .server)
        var buffer = ByteBuffer()
        for event in events {
            switch event {
            case .message(.text(let text)): writer.append(.text, text, to: &buffer)
            case .message(.binary(let data)): writer.append(.binary, data, to: &buffer)
            case .message(.close(let code, let reason)): writer.appendClose(code, reason: reason, to: &buffer)
            case .ping(let payload): writer.append(.ping, payload, to: &buffer)
            case .pong: writer.append(.pong, ByteBuffer(), to: &buffer)
            }
        }
        let (again, fault) = read([Array(buffer.readableBytesView)[...]], as: role)
        try require(fault == nil && again == events, "written and read again: \(fault ?? "\(again)"), not \(events)")
    }

    private static func kind(_ event: FrameReader.Event) -> String {
        switch event {
        case .message(.text): "text"
        case .message(.binary): "binary"
        case .message(.close(let code, _)): "close \(code.rawValue / 1_000)"
        case .ping: "ping"
        case .pong: "pong"
        }
    }
}
