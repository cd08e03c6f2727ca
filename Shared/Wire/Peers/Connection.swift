import NIOCore
import Synchronization

/// A control link to one peer: both have said `hello`, and packets go both ways.
///
/// Outgoing: at most `outgoingLimit` bytes wait; `send` throws `queueFull` beyond that, and the sender decides whether
/// the message is worth closing the connection for. Incoming: once `incomingLimit` bytes or 256 packets wait for the
/// reader, the socket is not read any more, so the peer's queue fills and nothing is lost.
public final class Connection: Sendable {
    static let outgoingLimit = 32 * 1024 * 1024
    static let incomingLimit = 4 * 1024 * 1024

    public let peer: Hello
    /// What the peer sends, for one reader. Ends when the connection does; throws `WireError` when that is an error.
    public let packets: Packets

    private let channel: any Channel
    private let outgoing = Atomic<Int>(0)

    init(channel: any Channel, peer: Hello, inbox: Inbox) {
        self.channel = channel
        self.peer = peer
        self.packets = Packets(inbox: inbox)
    }

    /// Queues the message. Returns at once.
    ///
    /// - Throws: `WireError` `queueFull`, `packetTooLarge` or `connectionLost`; the message is not sent then.
    public func send(_ message: some Encodable) throws(WireError) {
        try send(Packet(message))
    }

    public func send(_ packet: Packet) throws(WireError) {
        guard channel.isActive else { throw WireError(.connectionLost, "connection to \(peer.instance) is closed") }
        let size = PacketCodec.headerLength + packet.body.readableBytes
        guard outgoing.load(ordering: .relaxed) + size <= Self.outgoingLimit else {
            throw WireError(.queueFull, "\(Self.outgoingLimit) bytes wait for \(peer.instance)")
        }
        var buffer = channel.allocator.buffer(capacity: size)
        try PacketCodec.write(packet.body.readableBytesView, into: &buffer)
        outgoing.add(size, ordering: .relaxed)
        channel.writeAndFlush(buffer).whenComplete { [self] _ in
            outgoing.subtract(size, ordering: .relaxed)
        }
    }

    /// Closes once everything that is queued is sent.
    public func close() {
        channel.writeAndFlush(ByteBuffer()).whenComplete { [channel] _ in channel.close(promise: nil) }
    }

    /// Completes when the connection is closed.
    func closed() async {
        try? await channel.closeFuture.get()
    }

    /// Ends `packets` after those that have arrived. The link can still be written to.
    func stopReading() {
        packets.inbox.finish()
    }
}
