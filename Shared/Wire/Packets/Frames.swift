import NIOCore
import Synchronization

/// The frames of a `Connection` in the order of their arrival, for one reader.
public struct Frames: AsyncSequence, Sendable {
    public typealias Element = Frame
    public typealias Failure = any Error

    let inbox: Inbox

    public func makeAsyncIterator() -> Iterator {
        Iterator(base: inbox.stream.makeAsyncIterator(), inbox: inbox)
    }

    public struct Iterator: AsyncIteratorProtocol {
        var base: AsyncThrowingStream<Frame, any Error>.Iterator
        let inbox: Inbox

        public mutating func next() async throws -> Frame? {
            let frame = try await base.next()
            if let frame { inbox.taken(frame) }
            return frame
        }
    }
}

/// Where the event loop leaves frames for the reader's task. Bounded by not reading the socket.
final class Inbox: Sendable {
    static let frameLimit = 256

    let stream: AsyncThrowingStream<Frame, any Error>
    private let continuation: AsyncThrowingStream<Frame, any Error>.Continuation
    private let waiting = Mutex<(frames: Int, bytes: Int, resume: (@Sendable () -> Void)?)>((0, 0, nil))

    init() {
        // The stream's own buffer has no bound; the socket is left alone instead once enough waits.
        (stream, continuation) = AsyncThrowingStream.makeStream(of: Frame.self, throwing: (any Error).self)
    }

    /// - Returns: whether there is room for more.
    func put(_ frame: Frame) -> Bool {
        continuation.yield(frame)
        return waiting.withLock {
            $0.frames += 1
            $0.bytes += frame.body.readableBytes
            return Self.hasRoom($0.frames, $0.bytes)
        }
    }

    /// Calls `resume` once there is room again; at once if there is already.
    func whenRoom(_ resume: @escaping @Sendable () -> Void) {
        let isNow = waiting.withLock {
            if Self.hasRoom($0.frames, $0.bytes) { return true }
            $0.resume = resume
            return false
        }
        if isNow { resume() }
    }

    func taken(_ frame: Frame) {
        let resume = waiting.withLock { waiting -> (@Sendable () -> Void)? in
            waiting.frames -= 1
            waiting.bytes -= frame.body.readableBytes
            return Self.hasRoom(waiting.frames, waiting.bytes) ? waiting.resume.take() : nil
        }
        resume?()
    }

    func finish(throwing error: (any Error)? = nil) {
        continuation.finish(throwing: error)
    }

    private static func hasRoom(_ frames: Int, _ bytes: Int) -> Bool {
        frames < frameLimit && bytes < Connection.incomingLimit
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
        guard !inbox.put(Frame(body: unwrapInboundIn(data))), !isFull else { return }
        isFull = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        inbox.whenRoom {
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
