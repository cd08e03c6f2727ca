import NIOCore
import Synchronization

/// The packets of a `Connection` in the order of their arrival, for one reader.
public struct Packets: AsyncSequence, Sendable {
    public typealias Element = Packet
    public typealias Failure = any Error

    let inbox: Inbox

    public func makeAsyncIterator() -> Iterator {
        Iterator(base: inbox.stream.makeAsyncIterator(), inbox: inbox)
    }

    public struct Iterator: AsyncIteratorProtocol {
        var base: AsyncThrowingStream<Packet, any Error>.Iterator
        let inbox: Inbox

        public mutating func next() async throws -> Packet? {
            let packet = try await base.next()
            if let packet { inbox.taken(packet) }
            return packet
        }
    }
}

/// Where the event loop leaves packets for the reader's task. Bounded by not reading the socket.
final class Inbox: Sendable {
    static let packetLimit = 256

    let stream: AsyncThrowingStream<Packet, any Error>
    private let continuation: AsyncThrowingStream<Packet, any Error>.Continuation
    private let waiting = Mutex<(packets: Int, bytes: Int, resume: (@Sendable () -> Void)?)>((0, 0, nil))

    init() {
        // The stream's own buffer has no bound. Instead the socket is not read once enough packets wait.
        (stream, continuation) = AsyncThrowingStream.makeStream(of: Packet.self, throwing: (any Error).self)
    }

    /// - Returns: whether there is capacity for more.
    func put(_ packet: Packet) -> Bool {
        continuation.yield(packet)
        return waiting.withLock {
            $0.packets += 1
            $0.bytes += packet.body.readableBytes
            return Self.hasCapacity($0.packets, $0.bytes)
        }
    }

    /// Calls `resume` once there is capacity again; at once if there is already.
    func whenCapacity(_ resume: @escaping @Sendable () -> Void) {
        let isNow = waiting.withLock {
            if Self.hasCapacity($0.packets, $0.bytes) { return true }
            $0.resume = resume
            return false
        }
        if isNow { resume() }
    }

    func taken(_ packet: Packet) {
        let resume = waiting.withLock { waiting -> (@Sendable () -> Void)? in
            waiting.packets -= 1
            waiting.bytes -= packet.body.readableBytes
            return Self.hasCapacity(waiting.packets, waiting.bytes) ? waiting.resume.take() : nil
        }
        resume?()
    }

    func finish(throwing error: (any Error)? = nil) {
        continuation.finish(throwing: error)
    }

    private static func hasCapacity(_ packets: Int, _ bytes: Int) -> Bool {
        packets < packetLimit && bytes < Connection.incomingLimit
    }
}

/// The event loop's end of an `Inbox`.
final class InboxHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let inbox: Inbox
    private var isFull = false
    private var wantsRead = false

    init(_ inbox: Inbox) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !inbox.put(Packet(body: unwrapInboundIn(data))), !isFull else { return }
        isFull = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        inbox.whenCapacity {
            loop.execute {
                let (handler, context) = bound.value
                handler.isFull = false
                if handler.wantsRead {
                    handler.wantsRead = false
                    context.read()
                }
            }
        }
    }

    func read(context: ChannelHandlerContext) {
        if isFull {
            wantsRead = true
        } else {
            context.read()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        inbox.finish(throwing: error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbox.finish()
        context.fireChannelInactive()
    }
}
