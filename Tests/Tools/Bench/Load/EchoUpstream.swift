import Glibc

/// Stands in for the Realtime API: confirms the session and immediately sends every piece of audio back as the
/// customer's audio. It holds no conversation, so its cost is small and the same for all contestants.
final class EchoUpstream {
    private static let deltaHead = Array(
        (#"{"type":"response.output_audio.delta","event_id":"event_bench00000000000000","response_id":"resp_bench0000000000000","#
            + #""item_id":"item_bench00000000000000","output_index":0,"content_index":0,"delta":""#).utf8)
    private static let audioHead = Array(#"{"type":"audio","data":""#.utf8)
    private static let end = Array(#""}"#.utf8)
    /// As many bytes as a relay would add or remove, so that forwarded messages are as long as relayed ones.
    private static let audioEnd = Array(
        (#"","itemId":"item_bench00000000000000","padding":""#
            + String(repeating: "-", count: deltaHead.count - audioHead.count - 51) + #""}"#).utf8)

    private static let created = Array(
        #"{"type":"session.created","event_id":"event_1","session":{"id":"sess_bench","object":"realtime.session"}}"#
            .utf8)
    private static let updated = Array(
        #"{"type":"session.updated","event_id":"event_2","session":{"id":"sess_bench"}}"#.utf8)
    private static let begun = [
        #"{"type":"response.created","event_id":"event_3","response":{"id":"resp_bench0000000000000","object":"realtime.response","status":"in_progress","output":[]}}"#,
        #"{"type":"response.output_item.added","event_id":"event_4","response_id":"resp_bench0000000000000","output_index":0,"item":{"id":"item_bench00000000000000","object":"realtime.item","type":"message","status":"in_progress","role":"assistant","content":[]}}"#,
    ].map { Array($0.utf8) }
    private static let update = Array(#""session.update""#.utf8)

    private final class Peer {
        let stream: FrameStream
        var request: [UInt8]? = []
        var hasBegun = false
        var isWaitingForRoom = false
        /// Reading has stopped, though the connection is open.
        var isStuck = false

        init(_ stream: FrameStream) { self.stream = stream }
    }

    private let poller: Poller
    private let listener: Int32
    private var peers: [Int: Peer] = [:]
    private var lastToken = 0

    init(port: Int) throws {
        poller = try Poller()
        listener = try Loopback.listen(port: port)
        try poller.add(listener, token: 0)
    }

    /// Serves until the process is killed.
    func run() throws -> Never {
        while true {
            try poller.wait(nil) { token, events in
                if token == 0 { return try acceptAll() }
                guard let peer = peers[token] else { return }
                if events & Poller.writable != 0 { flush(peer, token) }
                if events & ~Poller.writable != 0, try !receive(peer, token) {
                    poller.remove(peer.stream.descriptor)
                    peers[token] = nil
                }
            }
        }
    }

    private func acceptAll() throws {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            Loopback.setNonBlocking(descriptor)
            Loopback.setNoDelay(descriptor)
            lastToken += 1
            peers[lastToken] = Peer(FrameStream(descriptor: descriptor))
            try poller.add(descriptor, token: lastToken)
        }
    }

    /// - Returns: false if the peer has closed the connection.
    private func receive(_ peer: Peer, _ token: Int) throws -> Bool {
        if peer.request != nil { return greet(peer) }
        let isThere = try peer.stream.read { opcode, payload in
            switch opcode {
            case .text, .binary: answer(payload, to: peer)
            case .ping: peer.stream.append(.pong, UnsafeRawBufferPointer(payload))
            case .pong: break
            case .close: peer.stream.append(.close, UnsafeRawBufferPointer(payload))
            }
        }
        if isThere { flush(peer, token) }
        if isThere, peer.isStuck { poller.remove(peer.stream.descriptor) }
        return isThere
    }

    private func greet(_ peer: Peer) -> Bool {
        var room = [UInt8](repeating: 0, count: 4_096)
        let count = recv(peer.stream.descriptor, &room, room.count, 0)
        guard count > 0 else { return count < 0 && errno == EAGAIN }
        peer.request?.append(contentsOf: room[..<count])
        guard let request = peer.request, request.count < 16_384 else { return false }
        guard request.reversed().starts(with: Handshake.end.reversed()) else { return true }
        guard let answer = Handshake.answer(to: request) else { return false }
        peer.request = nil
        answer.withUnsafeBytes { peer.stream.append($0) }
        Self.created.withUnsafeBytes { peer.stream.append(.text, $0) }
        peer.stream.flush()
        return true
    }

    private func answer(_ message: UnsafeMutableRawBufferPointer, to peer: Peer) {
        if AudioMessage.starts(message, with: AudioMessage.appendPrefix) {
            if !peer.hasBegun {
                peer.hasBegun = true
                for event in Self.begun { event.withUnsafeBytes { peer.stream.append(.text, $0) } }
                peer.isStuck =
                    AudioMessage.sequence(of: message, at: AudioMessage.appendPrefix.count) == AudioMessage.stuck
            }
            let audio = UnsafeRawBufferPointer(rebasing: message[AudioMessage.appendPrefix.count..<(message.count - 2)])
            send(Self.deltaHead, audio, Self.end, to: peer)
        } else if AudioMessage.starts(message, with: AudioMessage.clientPrefix) {
            let audio = UnsafeRawBufferPointer(rebasing: message[AudioMessage.clientPrefix.count..<(message.count - 2)])
            send(Self.audioHead, audio, Self.audioEnd, to: peer)
        } else if AudioMessage.holds(message, Self.update) {
            Self.updated.withUnsafeBytes { peer.stream.append(.text, $0) }
        }
    }

    private func send(_ head: [UInt8], _ audio: UnsafeRawBufferPointer, _ end: [UInt8], to peer: Peer) {
        peer.stream.appendHeader(.text, length: head.count + audio.count + end.count, mask: nil)
        head.withUnsafeBytes { peer.stream.append($0) }
        peer.stream.append(audio)
        end.withUnsafeBytes { peer.stream.append($0) }
    }

    private func flush(_ peer: Peer, _ token: Int) {
        peer.stream.flush()
        guard peer.stream.hasBacklog != peer.isWaitingForRoom else { return }
        peer.isWaitingForRoom = peer.stream.hasBacklog
        let events = peer.isWaitingForRoom ? Poller.readable | Poller.writable : Poller.readable
        try? poller.change(peer.stream.descriptor, token: token, events: events)
    }
}
