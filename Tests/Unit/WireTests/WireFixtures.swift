import Domain
import Foundation
import Logging
import ServiceLifecycle
import TestSupport
import Wire

/// A temporary socket folder, with servers and clients in it.
struct WireFixtures {
    let sockets: SocketDirectory
    let logger = Logger(label: "wire-tests") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        sockets = SocketDirectory(root: try TestFolders.temporary("bat-wire").path)
    }

    func hello(_ service: ServiceName = .relay, for purpose: Hello.Purpose = .control) -> Hello {
        Hello(service: service, instance: "client", purpose: purpose)
    }

    func path(_ instance: String = "one", of service: ServiceName = .scoring) throws -> String {
        try sockets.socket(of: service, instance: instance)
    }

    /// Answers each `{"id":…}` packet with the name of the instance.
    func server(
        _ instance: String = "one", of service: ServiceName = .scoring, ready: Bool = true,
        admitting: @escaping @Sendable (uid_t) -> Bool = UnixServer.isOwnOrRoot,
        serve: (@Sendable (Connection) async throws -> Void)? = nil
    ) -> UnixServer {
        UnixServer(
            at: sockets, service: service, instance: instance,
            status: StatusEndpoints(
                readyz: { (ready, #"{"status":"\#(ready ? "ready" : "not ready")"}"#) },
                metrics: { "bat_test 1\n" }),
            logger: logger,
            serve: serve ?? { connection in
                for try await packet in connection.packets {
                    try connection.send(Reply(id: packet.id ?? "", instance: instance))
                }
            }, admitting: admitting)
    }

    /// Runs `services` while `body` does its work, then stops them gracefully and waits for their end.
    func running(_ services: [any Service], _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(configuration: .init(services: services, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body()
            } catch {
                tasks.cancelAll()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    func isListening(_ path: String) -> Bool {
        (try? LoopbackSocket.connected(path: path)).map { close($0) } == 0
    }

    func listening(_ path: String) async throws {
        try await eventually("\(path) listens") { isListening(path) }
    }
}

struct Question: Codable, Sendable {
    var type = "question"
    var id: String
}

struct Reply: Codable, Sendable {
    var type = "answer"
    var id: String
    var instance: String
}
