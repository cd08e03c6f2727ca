import Domain
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing
import Wire

@testable import GatewayService

/// Several relays behind one gateway.
@Suite(.timeLimit(.minutes(1))) struct RelayBridgeTests {
    /// A relay's answer to the question whether it has a session; nil means no answer.
    typealias Answer = @Sendable (RelayMessage.Attach) -> RelayMessage?

    private func withBridge(
        _ relays: [String: Answer], _ test: @escaping @Sendable (RelayBridge) async throws -> Void
    ) async throws {
        let sockets = SocketDirectory(root: try TestFolders.temporary("gb").path)
        let logger = Logger(label: "bridge") { _ in SwiftLogNoOpLogHandler() }
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let bridge = RelayBridge(in: sockets, instance: "g1", eventLoop: loops.next(), logger: logger)
        let servers = relays.map { name, answer in ScriptedRelay(in: sockets, instance: name, rejoin: answer) }
        let group = ServiceGroup(
            configuration: .init(services: servers as [any Service] + [bridge as any Service], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("all relays are linked") { bridge.linkedRelays == Set(relays.keys) }
            try await test(bridge)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try await loops.shutdownGracefully()
    }

    private static let notHere: Answer = { attach in
        let refusal = RelayMessage.Refusal(code: "session_not_here", message: "", httpStatus: 404, closeCode: 4404)
        return .refused(s: attach.s, refusal: refusal)
    }

    @Test func `a live session is found in any relay, even if another relay is silent`() async throws {
        let relays: [String: Answer] = ["r1": { _ in nil }, "r2": Self.notHere, "r3": { .attached(s: $0.s) }]
        try await withBridge(relays) { bridge in
            let began = ContinuousClock.now
            for number in 1...20 {
                let id = try #require(SessionID(number: number))
                #expect(await bridge.rejoin(id, tokenHash: "h", requestId: "r") != nil)
            }
            #expect(
                ContinuousClock.now - began < .seconds(5), "ten seconds, if anybody waited for the one that is silent")
        }
    }

    @Test func `the search gives up if no relay has the session and one is silent`() async throws {
        try await withBridge(["r1": { _ in nil }, "r2": Self.notHere]) { bridge in
            let id = try #require(SessionID(number: 1))
            #expect(await bridge.rejoin(id, tokenHash: "h", requestId: "r") == nil)
        }
    }
}
