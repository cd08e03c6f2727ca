public import Domain
public import Logging
public import ServiceLifecycle
import Synchronization

/// Sends requests to the instances of a service. Each gets one reply, with the same `id`.
public final class RequestClient: Service {
    private struct Pending {
        let instance: String
        let continuation: CheckedContinuation<Packet, any Error>
    }

    private struct State {
        var next = 0
        var pending: [String: Pending] = [:]
    }

    private let peers: LivePeers
    private let service: ServiceName
    private let state: StateBox

    /// Shared with the closure of `peers`, which exists before `self` is complete.
    private final class StateBox: Sendable {
        let value = Mutex(State())

        func take(_ id: String) -> Pending? {
            value.withLock { $0.pending.removeValue(forKey: id) }
        }

        func failAll(of instance: String) {
            let lost = value.withLock { state in
                let lost = state.pending.filter { $0.value.instance == instance }
                for id in lost.keys { state.pending.removeValue(forKey: id) }
                return lost
            }
            for pending in lost.values {
                pending.continuation.resume(
                    throwing: WireError(.connectionLost, "\(instance) went away before it answered"))
            }
        }
    }

    public init(of service: ServiceName, in sockets: SocketDirectory, as own: Hello, logger: Logger) {
        let state = StateBox()
        self.state = state
        self.service = service
        self.peers = LivePeers(of: service, in: sockets, as: own, logger: logger) { event in
            switch event {
            case .connected: break
            case .packet(let packet, _):
                guard let id = packet.id, let pending = state.take(id) else { return }
                pending.continuation.resume(returning: packet)
            case .lost(let connection): state.failAll(of: connection.peer.instance)
            }
        }
    }

    public func run() async throws {
        try await peers.run()
    }

    var liveInstances: [String] { peers.liveInstances }

    /// Sends the request that `make` builds for an id, and waits for the reply with that id.
    ///
    /// - Parameters:
    ///   - key: requests of one key go to the same instance while it lives.
    ///   - timeout: includes the wait for an instance to appear.
    /// - Throws: `WireError` `noInstance`, `timeout`, `connectionLost`, `queueFull` or `malformedPacket`. After
    ///   `connectionLost` and `timeout` the request may have been carried out.
    public func request<Reply: Decodable & Sendable>(
        key: String, timeout: Duration, reply: Reply.Type = Reply.self,
        _ make: @escaping @Sendable (_ id: String) -> some Encodable & Sendable
    ) async throws -> Reply {
        let packet = try await withThrowingTaskGroup(of: Packet.self) { group in
            group.addTask { try await self.exchange(key: key, timeout: timeout, make) }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw WireError(.timeout, "\(self.service.rawValue) did not answer within \(timeout)")
            }
            defer { group.cancelAll() }
            guard let packet = try await group.next() else { throw CancellationError() }
            return packet
        }
        return try packet.decode()
    }

    private func exchange(
        key: String, timeout: Duration, _ make: @Sendable (String) -> some Encodable & Sendable
    ) async throws -> Packet {
        try await peers.waitForInstance(atMost: timeout)
        guard let connection = peers.pick(for: key) else {
            throw WireError(.noInstance, "no \(service.rawValue) process is there")
        }
        let id = state.value.withLock { state in
            state.next += 1
            return "\(state.next)"
        }
        let packet = try Packet(make(id))
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.value.withLock {
                    $0.pending[id] = Pending(instance: connection.peer.instance, continuation: continuation)
                }
                do {
                    // A link that is lost from here on fails the request with the others that wait for it.
                    try connection.send(packet)
                    if Task.isCancelled { throw CancellationError() }
                } catch {
                    state.take(id)?.continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            state.take(id)?.continuation.resume(throwing: CancellationError())
        }
    }
}
