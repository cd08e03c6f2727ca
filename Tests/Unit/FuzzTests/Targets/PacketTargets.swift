import Domain
import Foundation
import JSON
import NIOCore
import NIOEmbedded

@testable import Wire

extension FuzzTarget {
    /// Bytes on a Unix socket: in one piece and in many they give the same packets and the same fault, and a session's
    /// message lies inside its packet.
    static let packets: FuzzTarget = {
        func packet(_ body: String) -> [UInt8] {
            var buffer = ByteBuffer()
            try? PacketCodec.write(Array(body.utf8), into: &buffer)
            return Array(buffer.readableBytesView)
        }
        let bodies = [
            #"{"s":17,"m":{"type":"audio","data":"AAAA"}}"#, #"{"s":0,"m":0}"#, #"{"m":{"s":2},"s":3}"#,
            #"{"type":"hello","service":"relay"}"#, #"{"s":1,"m":"}{\"s\":9,\"m\":1"}"#, "{}",
        ]
        return FuzzTarget(
            "packets",
            seeds: bodies.map(packet) + [
                bodies.flatMap(packet), packet("[1]"), [0, 0, 0, 0], [255, 255, 255, 255, 1],
            ],
            tokens: [
                "{\"s\":", ",\"m\":", "}", "\0\0\0\u{D}{\"s\":0,\"m\":0}", "{\"s\":99999999999,\"m\":1}",
                "\0\0\0\u{2}{}",
            ]
        ) { input in
            let whole = read([input[...]])
            let pieces = read(input.pieces)
            try require(
                whole.bodies == pieces.bodies, "in pieces \(pieces.bodies.count) packets, in one \(whole.bodies.count)")
            try require(whole.fault == pieces.fault, "in pieces: \(pieces.fault ?? "-"), in one: \(whole.fault ?? "-")")
            var kinds: [String] = []
            for body in whole.bodies {
                guard let found = body.withUnsafeBytes({ SessionPacket($0) }) else {
                    kinds.append("other")
                    continue
                }
                try require(found.session >= 0, "session \(found.session)")
                try require(
                    found.message.lowerBound > 0 && found.message.upperBound < body.count, "message at \(found.message)"
                )
                try writeAndRead(found, body)
                kinds.append(found.session > 9 ? "session" : "small session")
            }
            return "\(kinds.prefix(3)) \((whole.fault ?? "").filter(\.isLetter))"
        }
    }()

    private static func read(_ pieces: [ArraySlice<UInt8>]) -> (bodies: [[UInt8]], fault: String?) {
        let channel = EmbeddedChannel(handler: PacketHandler())
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var fault: String?
        for piece in pieces where fault == nil {
            do { try channel.writeInbound(ByteBuffer(bytes: piece)) } catch { fault = "\(error)" }
        }
        var bodies: [[UInt8]] = []
        while let body = try? channel.readInbound(as: ByteBuffer.self) { bodies.append(Array(body.readableBytesView)) }
        return (bodies, fault)
    }

    private static func writeAndRead(_ packet: SessionPacket, _ body: [UInt8]) throws {
        var buffer = ByteBuffer()
        let message = Array(body[packet.message])
        try SessionPacket.write(session: packet.session, messageLength: message.count, into: &buffer) {
            $0.copyBytes(from: message)
        }
        guard let again = try PacketCodec.readPacket(from: &buffer).map({ Array($0.readableBytesView) }),
            let found = again.withUnsafeBytes({ SessionPacket($0) })
        else { throw Broken("it cannot be read again") }
        try require(found.session == packet.session, "session \(packet.session) is read again as \(found.session)")
        try require(Array(again[found.message]) == message, "the message is another one")
    }

    /// What processes say to each other: what is understood can be written and read again.
    static let wireMessages: FuzzTarget = {
        let messages: [RelayMessage] = [
            .detach(s: 3, code: 1_000), .attached(s: 1), .pause(s: 2), .resume(s: 2),
            .close(s: 1, code: .normal, reason: "x"),
        ]
        let encoder = JSONEncoder()
        return FuzzTarget(
            "wireMessages",
            seeds: messages.compactMap { (try? encoder.encode($0)).map { [UInt8]($0) } }
                + [
                    #"{"type":"attach","s":1,"sessionId":"BAT-001","requestId":"r"}"#,
                    #"{"type":"submit_events","id":"1","sessionId":"BAT-001","events":[{"data":{"type":"ERROR"}}]}"#,
                    #"{"type":"score","id":"1","sessionId":"BAT-001"}"#,
                    #"{"type":"report","id":"1","sessionId":"BAT-001"}"#,
                    #"{"type":"open","s":1}"#, #"{"type":"verdict","s":1}"#, #"{"type":"later"}"#,
                ].map { Array($0.utf8) },
            tokens: [#""type":"#, #""s":"#, #""id":"1","#, #""sessionId":"x","#, #""score""#, #""events":[]"#]
        ) { input in
            let packet = Packet(body: ByteBuffer(bytes: input))
            _ = packet.id
            return try [
                written(packet, RelayMessage.self), written(packet, SupervisorMessage.self),
                written(packet, ScoringRequest.self), written(packet, ScoringReply.self),
                written(packet, ReportsRequest.self), written(packet, ReportsReply.self),
            ].joined(separator: " ")
        }
    }()

    private static func written<Message: Codable & Equatable>(_ packet: Packet, _ type: Message.Type) throws -> String {
        guard let message = try? packet.decode(type) else { return "-" }
        guard let again = try? Packet(message).decode(type) else { throw Broken("\(message) cannot be read again") }
        try require(again == message, "\(message) is read again as \(again)")
        return String("\(message)".prefix { $0 != "(" })
    }
}
