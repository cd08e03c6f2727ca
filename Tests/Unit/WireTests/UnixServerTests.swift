import Domain
import Foundation
import NIOCore
import ServiceLifecycle
import TestSupport
import Testing
import Wire

@Suite struct UnixServerTests {
    private let fixtures: WireFixtures

    init() throws {
        fixtures = try WireFixtures()
    }

    @Test func `both sides say hello, then packets go both ways in order`() async throws {
        try await fixtures.running([fixtures.server()]) {
            let path = try fixtures.path()
            try await fixtures.listening(path)
            let connection = try await PacketChannel.control(to: path, as: fixtures.hello())
            #expect(connection.peer == Hello(service: .scoring, instance: "one"))
            for number in 0..<500 { try connection.send(Question(id: "\(number)")) }
            var seen: [String?] = []
            for try await packet in connection.packets {
                seen.append(packet.id)
                if seen.count == 500 { break }
            }
            #expect(seen == (0..<500).map { "\($0)" })
            connection.close()
        }
    }

    @Test func `a hello names its purpose by the key of the first version`() throws {
        let hello = try Packet(Hello(service: .gateway, instance: "g", purpose: .sessions)).decode(JSONValue.self)
        #expect(
            hello == ["type": "hello", "protocol": 1, "service": "gateway", "instance": "g", "link": "sessions"])
    }

    @Test func `only the owner can access socket and folder, and the socket goes with the process`() async throws {
        let path = try fixtures.path()
        try await fixtures.running([fixtures.server()]) {
            try await fixtures.listening(path)
            func permissions(_ path: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try permissions(path) == 0o600)
            #expect(try permissions(fixtures.sockets.folder(of: .scoring)) == 0o700)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(
        arguments: [
            [0xff, 0xff, 0xff, 0xff, 0x7b], Array("hello there, this is no packet".utf8), [0, 0, 0, 2, 0x5b, 0x5d],
            [0, 0, 0, 2, 0x7b, 0x7d], Array("POST / HTTP/1.1\r\n\r\n".utf8),
            [0, 0, 0, 50] + Array(#"{"type":"hello","protocol":9,"service":"relay"   }"#.utf8),
        ] as [[UInt8]])
    func `garbage closes its own link and no other`(garbage: [UInt8]) async throws {
        try await fixtures.running([fixtures.server()]) {
            let path = try fixtures.path()
            try await fixtures.listening(path)
            let good = try await PacketChannel.control(to: path, as: fixtures.hello())
            let bad = try LoopbackSocket.connected(path: path)
            LoopbackSocket.write(garbage, to: bad)
            let answer = await LoopbackSocket.read(from: bad)
            #expect(answer.isEmpty)
            close(bad)
            try good.send(Question(id: "still there"))
            var packets = good.packets.makeAsyncIterator()
            #expect(try await packets.next()?.id == "still there")
            good.close()
        }
    }

    @Test func `a huge packet after the hello ends that link with an error and no other`() async throws {
        try await fixtures.running([fixtures.server()]) {
            let path = try fixtures.path()
            try await fixtures.listening(path)
            let good = try await PacketChannel.control(to: path, as: fixtures.hello())
            let bad = try LoopbackSocket.connected(path: path)
            var hello = ByteBuffer()
            try PacketCodec.write(Packet(fixtures.hello()).body.readableBytesView, into: &hello)
            LoopbackSocket.write(Array(buffer: hello) + [0x7f, 0xff, 0xff, 0xff], to: bad)
            let answer = await LoopbackSocket.read(from: bad)
            #expect(String(decoding: answer.dropFirst(4), as: UTF8.self).contains(#""type":"hello""#))
            close(bad)
            try good.send(Question(id: "1"))
            var packets = good.packets.makeAsyncIterator()
            #expect(try await packets.next()?.id == "1")
            good.close()
        }
    }

    @Test func `a peer of another user is refused`() async throws {
        try await fixtures.running([fixtures.server(admitting: { _ in false })]) {
            let path = try fixtures.path()
            try await fixtures.listening(path)
            await #expect(throws: WireError.self) {
                try await PacketChannel.control(to: path, as: fixtures.hello())
            }
        }
    }

    @Test func `the socket of a dead process is replaced, that of a living one is not`() async throws {
        let path = try fixtures.path()
        try FileManager.default.createDirectory(
            atPath: fixtures.sockets.folder(of: .scoring), withIntermediateDirectories: true)
        // A bound socket whose process is gone: the file stays and refuses connections.
        let stale = SocketLeftover.make(at: path)
        #expect(stale && !fixtures.isListening(path))
        try await fixtures.running([fixtures.server()]) {
            try await fixtures.listening(path)
            let second = fixtures.server()
            let error = await #expect(throws: WireError.self) { try await second.run() }
            #expect(error?.code == .socketInUse)
            #expect(fixtures.isListening(path))
        }
    }

    @Test func `a process that drains leaves the socket of its successor alone`() async throws {
        let (started, announce) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let old = fixtures.server(serve: { connection in
            announce.yield()
            for await _ in released { break }
        })
        let path = try fixtures.path()
        let group = ServiceGroup(configuration: .init(services: [old], logger: fixtures.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await fixtures.listening(path)
            let link = try await PacketChannel.control(to: path, as: fixtures.hello())
            for await _ in started { break }
            await group.triggerGracefulShutdown()
            try await eventually("the old one lets go") { !FileManager.default.fileExists(atPath: path) }
            try await fixtures.running([fixtures.server()]) {
                try await fixtures.listening(path)
                release.yield()
                link.close()
                try await tasks.waitForAll()
                #expect(fixtures.isListening(path))
            }
        }
    }

    @Test func `a process that drains answers its operator, and no peer`() async throws {
        let (started, announce) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let server = fixtures.server(serve: { connection in
            announce.yield()
            for await _ in released { break }
        })
        let path = try fixtures.path()
        let stopping = SocketDirectory.stopping(path)
        let group = ServiceGroup(configuration: .init(services: [server], logger: fixtures.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await fixtures.listening(path)
            let link = try await PacketChannel.control(to: path, as: fixtures.hello())
            for await _ in started { break }
            await group.triggerGracefulShutdown()
            try await eventually("another name") { FileManager.default.fileExists(atPath: stopping) }
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(
                await LoopbackSocket.get("/healthz", on: try LoopbackSocket.connected(path: stopping)).status == 200)
            await #expect(throws: WireError.self) {
                try await PacketChannel.control(to: stopping, as: fixtures.hello())
            }
            release.yield()
            link.close()
            try await tasks.waitForAll()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixtures.sockets.folder(of: .scoring)).isEmpty)
    }

    @Test func `what a process left that was killed while it stopped is removed by its successor`() async throws {
        try FileManager.default.createDirectory(
            atPath: fixtures.sockets.folder(of: .scoring), withIntermediateDirectories: true)
        let left = SocketDirectory.stopping(try fixtures.path())
        #expect(SocketLeftover.make(at: left))
        try await fixtures.running([fixtures.server()]) {
            try await fixtures.listening(try fixtures.path())
            #expect(!FileManager.default.fileExists(atPath: left))
        }
    }

    @Test func `a process that starts removes what dead ones left beside its own socket`() async throws {
        try FileManager.default.createDirectory(
            atPath: fixtures.sockets.folder(of: .scoring), withIntermediateDirectories: true)
        let (dead, starting) = (try fixtures.path("dead"), try fixtures.path("starting"))
        // One that has just been bound may be about to listen.
        #expect(SocketLeftover.make(at: dead) && SocketLeftover.make(at: starting))
        try FileManager.default.setAttributes([.modificationDate: Date() - 60], ofItemAtPath: dead)
        try await fixtures.running([fixtures.server("living")]) {
            let living = try fixtures.path("living")
            try await fixtures.listening(living)
            try FileManager.default.setAttributes([.modificationDate: Date() - 60], ofItemAtPath: living)
            try await fixtures.running([fixtures.server()]) {
                try await fixtures.listening(try fixtures.path())
                try await eventually("the dead one is gone") { !FileManager.default.fileExists(atPath: dead) }
                #expect(FileManager.default.fileExists(atPath: starting))
                #expect(fixtures.isListening(living))
            }
        }
    }

    @Test func `a path that the kernel cannot bind is refused before anything is created`() async throws {
        let long = String(repeating: "x", count: 120)
        await #expect(throws: SocketDirectory.PathTooLong.self) {
            try await fixtures.server(long).run()
        }
    }

    @Test(arguments: [
        ("/healthz", 200, "alive"), ("/readyz", 200, #""status":"ready""#), ("/metrics", 200, "bat_test 1"),
        ("/nothing", 404, "/healthz"),
    ])
    func `the status is available over HTTP on the same socket`(target: String, status: Int, text: String) async throws
    {
        try await fixtures.running([fixtures.server()]) {
            let path = try fixtures.path()
            try await fixtures.listening(path)
            let answer = await LoopbackSocket.get(target, on: try LoopbackSocket.connected(path: path))
            #expect(answer.status == status)
            #expect(answer.body.contains(text))
        }
    }

    @Test func `a process that is not ready says so with 503`() async throws {
        try await fixtures.running([fixtures.server(ready: false)]) {
            let path = try fixtures.path()
            try await fixtures.listening(path)
            let answer = await LoopbackSocket.get("/readyz", on: try LoopbackSocket.connected(path: path))
            #expect(answer.status == 503)
        }
    }

    @Test func `answers in progress are still sent at a graceful stop`() async throws {
        let (started, announce) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let server = fixtures.server(serve: { connection in
            try await connection.answer(Question.self) { question in
                announce.yield()
                for await _ in released { break }
                return Reply(id: question.id, instance: "one")
            }
        })
        let path = try fixtures.path()
        let connection = Box<Connection>()
        try await fixtures.running([server]) {
            try await fixtures.listening(path)
            let link = try await PacketChannel.control(to: path, as: fixtures.hello())
            connection.set(link)
            try link.send(Question(id: "late"))
            for await _ in started { break }
            // Answers once the stop has begun, which is when the socket disappears.
            Task.detached {
                try? await eventually("the socket goes") { !FileManager.default.fileExists(atPath: path) }
                release.yield()
            }
        }
        var packets = try #require(connection.value).packets.makeAsyncIterator()
        #expect(try await packets.next()?.id == "late")
        #expect(try await packets.next() == nil)
    }

    @Test func `a peer that has not said hello does not hold up the stop`() async throws {
        let path = try fixtures.path()
        let silent = Box<Int32>()
        try await fixtures.running([fixtures.server()]) {
            try await fixtures.listening(path)
            silent.set(try LoopbackSocket.connected(path: path))
        }
        let descriptor = try #require(silent.value)
        #expect(await LoopbackSocket.read(from: descriptor).isEmpty)
        close(descriptor)
    }

    @Test func `a peer that never answers the hello does not hold up a cancelled client`() async throws {
        // Accepts connections and sends nothing.
        let listener = try ScriptedHTTPServer(unixSocket: try folderMade(fixtures.path())) { _ in .silence }
        defer { listener.stop() }
        let path = try fixtures.path()
        let start = ContinuousClock.now
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await PacketChannel.control(to: path, as: fixtures.hello()) }
            try? await Task.sleep(for: .milliseconds(50))
            group.cancelAll()
            let result = await group.nextResult()
            #expect(throws: WireError.self) { try result?.get() }
        }
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    private func folderMade(_ path: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: fixtures.sockets.folder(of: .scoring), withIntermediateDirectories: true)
        return path
    }

    @Test func `session links get plain handlers on the same socket`() async throws {
        let server = UnixServer(
            at: fixtures.sockets, service: .relay, instance: "one",
            status: StatusEndpoints(readyz: { (true, "{}") }, metrics: { "" }), logger: fixtures.logger,
            sessions: { channel, peer in
                #expect(peer.service == "gateway")
                try channel.pipeline.syncOperations.addHandler(SessionEcho())
            })
        try await fixtures.running([server]) {
            let path = try fixtures.path(of: .relay)
            try await fixtures.listening(path)
            let received = Box<[Int]>()
            received.set([])
            let channel = try await PacketChannel.connect(
                to: path, as: Hello(service: .gateway, instance: "g", purpose: .sessions)
            ) { channel, _ in
                try channel.pipeline.syncOperations.addHandler(SessionCollector(into: received))
            }
            var batch = ByteBuffer()
            for session in 1...100 {
                try SessionPacket.write(session: session, message: ByteBuffer(string: "{}"), into: &batch)
            }
            try await channel.writeAndFlush(batch).get()
            try await eventually("all echoed") { received.value?.count == 100 }
            #expect(received.value == Array(1...100))
            try await channel.close().get()
        }
    }

    @Test func `a server without control links or sessions closes connections that ask for them`() async throws {
        let status = StatusEndpoints(readyz: { (true, "{}") }, metrics: { "" })
        let server = UnixServer(
            at: fixtures.sockets, service: .relay, instance: "one", status: status, logger: fixtures.logger)
        try await fixtures.running([server]) {
            let path = try fixtures.path(of: .relay)
            try await fixtures.listening(path)
            let control = try await PacketChannel.control(to: path, as: fixtures.hello())
            for try await _ in control.packets { Issue.record("a packet from a server that takes no control links") }
            let sessions = try await PacketChannel.connect(to: path, as: fixtures.hello(for: .sessions)) { _, _ in }
            try await sessions.closeFuture.get()
        }
    }
}

private final class SessionEcho: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let packet = SessionMessage(unwrapInboundIn(data)) else { return }
        var buffer = context.channel.allocator.buffer(capacity: 64)
        try? SessionPacket.write(session: packet.session, message: packet.message, into: &buffer)
        context.write(wrapOutboundOut(buffer), promise: nil)
    }
}

private final class SessionCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let sessions: Box<[Int]>

    init(into sessions: Box<[Int]>) {
        self.sessions = sessions
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let packet = SessionMessage(unwrapInboundIn(data)) else { return }
        sessions.change { $0?.append(packet.session) }
    }
}
