public import NIOCore
public import NIOPosix

/// The client's end of a connection to another process's socket.
public enum PacketChannel {
    /// How long connecting and the exchange of hellos may take.
    static let timeout = TimeAmount.seconds(5)

    /// Connects, exchanges hellos, and adds the caller's handlers behind a `PacketHandler`: they read packet bodies and
    /// write whole packets. For the audio path, where a task hop per packet costs more than everything else.
    ///
    /// - Parameter install: called on the channel's event loop with the peer's hello; adds handlers with
    ///   `channel.pipeline.syncOperations`.
    /// - Throws: `WireError` `socketUnusable`, `badHello` or `connectionLost`.
    public static func connect(
        to path: String, as hello: Hello, on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        install: @escaping @Sendable (any Channel, Hello) throws -> Void
    ) async throws -> any Channel {
        let greeted = group.next().makePromise(of: Void.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: greeted.futureResult.eventLoop)
                .connectTimeout(timeout)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            GreetingHandler(
                                own: hello, speaksFirst: true, timeout: timeout, status: nil,
                                install: { peer in
                                    try install(channel, peer)
                                    greeted.succeed()
                                }, failed: { greeted.fail($0) }))
                    }
                }
                .connect(unixDomainSocketPath: path).get()
        } catch {
            greeted.fail(error)
            throw WireError(.socketUnusable, "cannot connect to \(path)", cause: error)
        }
        do {
            try await withTaskCancellationHandler {
                try await greeted.futureResult.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch let error as WireError {
            throw error
        } catch {
            throw WireError(.connectionLost, "\(path) hung up before its hello", cause: error)
        }
        return channel
    }

    /// Connects a control link.
    ///
    /// - Throws: as `connect(to:as:on:install:)`.
    public static func control(
        to path: String, as hello: Hello, on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> Connection {
        let made = group.next().makePromise(of: Connection.self)
        do {
            _ = try await connect(to: path, as: hello, on: made.futureResult.eventLoop) { channel, peer in
                made.succeed(try Connection.install(on: channel, peer: peer))
            }
        } catch {
            made.fail(error)
        }
        return try await made.futureResult.get()
    }
}

extension Connection {
    /// Makes a control link from a channel that has just exchanged hellos. On its event loop.
    static func install(on channel: any Channel, peer: Hello) throws -> Connection {
        let inbox = Inbox()
        try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox))
        return Connection(channel: channel, peer: peer, inbox: inbox)
    }
}
