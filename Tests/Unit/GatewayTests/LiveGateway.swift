import Bootstrap
import Domain
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import TestSupport
import Wire

@testable import GatewayService

/// A gateway on real sockets: TCP to its clients, a Unix socket to a scripted relay.
struct LiveGateway {
    let gateway: TestGateway
    let relay: ScriptedRelay
    let port: Int
    let stop: @Sendable () async -> Void

    /// Creates a session over the API.
    func newSession() async throws -> (id: String, token: String) {
        let json = try await gateway.newSession().json
        return (json["sessionId"]?.string ?? "", json["wsToken"]?.string ?? "")
    }

    /// Sends the bytes unchanged, and reads until the server closes, for at most 4 s.
    func raw(_ request: String) async throws -> String {
        try await raw(Array(request.utf8))
    }

    func raw(_ request: [UInt8]) async throws -> String {
        let socket = try LoopbackSocket.connected(port: port)
        defer { close(socket) }
        // On a thread of its own, because a server that stops reading blocks the writer.
        await withCheckedContinuation { continuation in
            Thread {
                LoopbackSocket.write(request, to: socket)
                continuation.resume()
            }.start()
        }
        return String(decoding: await LoopbackSocket.read(from: socket, seconds: 4), as: UTF8.self)
    }
}

/// Runs `test` with a running gateway and a connected relay, and stops both afterwards.
func withLiveGateway(
    _ environment: [String: String] = [:], withoutRelay: Bool = false, live: LiveTiming = .fast,
    admit: @escaping ScriptedRelay.Admission = { .attached(s: $0.s) },
    lives: @escaping ScriptedRelay.Lives = { _, _ in false },
    storeEvents: @escaping @Sendable ([ClientEvent]) -> [EventResult] = { _ in [] },
    _ test: @escaping @Sendable (LiveGateway) async throws -> Void
) async throws {
    let sockets = try TestFolders.temporary("gs").path
    let gateway = try await TestGateway(environment, sockets: sockets, live: live)
    let relay = ScriptedRelay(in: SocketDirectory(root: sockets), admit: admit, lives: lives, storeEvents: storeEvents)
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = try gateway.parts.server(on: gateway.parts.bridge.eventLoop) { channel in
        continuation.yield(channel.localAddress?.port ?? 0)
    }
    let services: [any Service] =
        withoutRelay ? [gateway.parts.bridge, server] : [relay, gateway.parts.bridge, server]
    var configuration = ServiceGroupConfiguration(services: services, logger: gateway.parts.context.logger)
    configuration.maximumGracefulShutdownDuration = .seconds(10)
    let group = ServiceGroup(configuration: configuration)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        var port: Int?
        for await found in ports {
            port = found
            break
        }
        guard let port else { throw CancellationError() }
        if !withoutRelay { try await eventually("a link to the relay") { gateway.parts.bridge.hasRelay } }
        let stopping: @Sendable () async -> Void = {
            gateway.parts.context.readiness.stop()
            await group.triggerGracefulShutdown()
        }
        do {
            try await test(LiveGateway(gateway: gateway, relay: relay, port: port, stop: stopping))
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}
