import Domain
import Foundation
import ServiceLifecycle
import TestSupport
import Testing

@testable import Wire

@Suite struct LivePeersTests {
    private let fixtures: WireFixtures

    init() throws {
        fixtures = try WireFixtures()
    }

    private func client() -> RequestClient {
        RequestClient(of: .scoring, in: fixtures.sockets, as: fixtures.hello(), logger: fixtures.logger)
    }

    private func ask(_ client: RequestClient, key: String, timeout: Duration = .seconds(5)) async throws -> Reply {
        try await client.request(key: key, timeout: timeout) { Question(id: $0) }
    }

    @Test func `a request goes to the instance that its key is pinned to`() async throws {
        let client = client()
        try await fixtures.running([fixtures.server("one"), fixtures.server("two"), client]) {
            try await eventually("both found") { client.liveInstances == ["one", "two"] }
            for number in 0..<50 {
                let reply = try await ask(client, key: "BAT-\(number)")
                #expect(reply.instance == Rendezvous.pick(for: "BAT-\(number)", among: ["one", "two"]))
            }
        }
    }

    @Test func `a request waits for the first instance to appear`() async throws {
        let client = client()
        try await fixtures.running([client]) {
            let reply = Box<Reply>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { reply.set(try await ask(client, key: "k")) }
                try await fixtures.running([fixtures.server("late")]) { try await group.next() }
            }
            #expect(reply.value?.instance == "late")
        }
    }

    @Test func `without any instance a request fails in time and says why`() async throws {
        let client = client()
        try await fixtures.running([client]) {
            let error = await #expect(throws: WireError.self) {
                _ = try await ask(client, key: "k", timeout: .milliseconds(200))
            }
            #expect([.noInstance, .timeout].contains(error?.code))
        }
    }

    @Test func `requests fail with their instance, which is found again when it returns`() async throws {
        let client = client()
        let silent = fixtures.server(serve: { connection in
            for try await _ in connection.packets { break }
        })
        try await fixtures.running([client]) {
            try await fixtures.running([silent]) {
                let error = await #expect(throws: WireError.self) { _ = try await ask(client, key: "k") }
                #expect(error?.code == .connectionLost)
            }
            try await eventually("gone") { client.liveInstances.isEmpty }
            try await fixtures.running([fixtures.server()]) {
                let reply = try await ask(client, key: "k")
                #expect(reply.instance == "one")
            }
        }
    }

    @Test(arguments: [true, false])
    func `a request that may be carried out twice goes to another instance when its own is lost or silent`(
        isLost: Bool
    ) async throws {
        let client = client()
        let key = try #require((0..<100).map { "\($0)" }.first { Rendezvous.pick(for: $0, among: ["a", "b"]) == "a" })
        let useless = fixtures.server(
            "a",
            serve: { connection in
                for try await _ in connection.packets where isLost { break }
            })
        try await fixtures.running([useless, fixtures.server("b"), client]) {
            try await eventually("both found") { client.liveInstances == ["a", "b"] }
            let reply: Reply = try await client.request(
                key: key, timeout: .seconds(20), askingSecondAfter: isLost ? .seconds(60) : .milliseconds(50)
            ) { Question(id: $0) }
            #expect(reply.instance == "b")
        }
    }

    @Test func `with one instance a late answer counts, and without any a request fails as soon as it should`()
        async throws
    {
        let client = client()
        let slow = fixtures.server(
            "slow",
            serve: { connection in
                for try await packet in connection.packets {
                    try await Task.sleep(for: .milliseconds(100))
                    try connection.send(Reply(id: packet.id ?? "", instance: "slow"))
                }
            })
        try await fixtures.running([client]) {
            let began = ContinuousClock.now
            let error = await #expect(throws: WireError.self) {
                let _: Reply = try await client.request(
                    key: "k", timeout: .seconds(60), presence: .milliseconds(50), askingSecondAfter: .seconds(1)
                ) { Question(id: $0) }
            }
            #expect(error?.code == .noInstance && ContinuousClock.now - began < .seconds(5))
            try await fixtures.running([slow]) {
                let reply: Reply = try await client.request(
                    key: "k", timeout: .seconds(20), askingSecondAfter: .milliseconds(10)
                ) { Question(id: $0) }
                #expect(reply.instance == "slow")
            }
        }
    }

    @Test func `a socket that refuses connections is not an instance`() async throws {
        try FileManager.default.createDirectory(
            atPath: fixtures.sockets.folder(of: .scoring), withIntermediateDirectories: true)
        #expect(SocketLeftover.make(at: try fixtures.path("dead")))
        let client = client()
        try await fixtures.running([fixtures.server("alive"), client]) {
            try await eventually("the living one is found") { client.liveInstances == ["alive"] }
            for number in 0..<10 {
                #expect(try await ask(client, key: "\(number)").instance == "alive")
            }
            #expect(client.liveInstances == ["alive"])
        }
    }

    @Test func `a socket that goes on refusing connections is removed, one that is paused is not`() async throws {
        try FileManager.default.createDirectory(
            atPath: fixtures.sockets.folder(of: .scoring), withIntermediateDirectories: true)
        let (dead, busy) = (try fixtures.path("dead"), try fixtures.path("busy"))
        #expect(SocketLeftover.make(at: dead))
        // Takes connections and says nothing, as a stopped process does.
        let silent = try ScriptedHTTPServer(unixSocket: busy) { _ in .silence }
        defer { silent.stop() }
        let watch = PeerWatch(
            of: .scoring, in: fixtures.sockets, logger: fixtures.logger, patience: .milliseconds(100))
        let tries = Box<Int>()
        let watching = Task {
            await watch.run { instance, path in
                if instance == "busy" { tries.change { $0 = ($0 ?? 0) + 1 } }
                _ = try await PacketChannel.control(
                    to: instance == "busy" ? path + ".none" : path, as: self.fixtures.hello())
            }
        }
        try await eventually("removed") { !FileManager.default.fileExists(atPath: dead) }
        try await eventually("tried for long enough") { tries.value ?? 0 >= 4 }
        #expect(FileManager.default.fileExists(atPath: busy))
        watching.cancel()
        await watching.value
    }

    @Test func `packets to a stalled reader wait in the queue, and none is lost`() async throws {
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let count = 3_000
        let payload = String(repeating: "x", count: 4_096)
        let seen = Box<Int>()
        let server = fixtures.server(serve: { connection in
            for await _ in released { break }
            for try await _ in connection.packets { seen.change { $0 = ($0 ?? 0) + 1 } }
        })
        try await fixtures.running([server]) {
            let path = try fixtures.path()
            try await fixtures.listening(path)
            let link = try await PacketChannel.control(to: path, as: fixtures.hello())
            for _ in 0..<count { try link.send(Question(type: payload, id: "1")) }
            release.yield()
            try await eventually("all seen") { seen.value == count }
            link.close()
        }
    }

    @Test func `a message is refused when the queue is full`() async throws {
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let server = fixtures.server(serve: { _ in for await _ in released { break } })
        try await fixtures.running([server]) {
            let path = try fixtures.path()
            try await fixtures.listening(path)
            let link = try await PacketChannel.control(to: path, as: fixtures.hello())
            let payload = String(repeating: "x", count: 1 << 20)
            let error = #expect(throws: WireError.self) {
                for _ in 0..<100 { try link.send(Question(type: payload, id: "1")) }
            }
            #expect(error?.code == .queueFull)
            release.yield()
            link.close()
        }
    }
}
