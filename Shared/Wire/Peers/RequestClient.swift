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
    ///   - presence: how long to wait for an instance; nil for as long as `timeout`.
    ///   - second: for requests that may be carried out twice: when another instance is asked too, because the first
    ///     has not answered; at once when its link is lost. Nil never asks another.
    /// - Throws: `WireError` `noInstance`, `timeout`, `connectionLost`, `queueFull` or `malformedPacket`. After
    ///   `connectionLost` and `timeout` the request may have been carried out.
    public func request<Reply: Decodable & Sendable>(
        key: String, timeout: Duration, presence: Duration? = nil, askingSecondAfter second: Duration? = nil,
        reply: Reply.Type = Reply.self, _ make: @escaping @Sendable (_ id: String) -> some Encodable & Sendable
    ) async throws -> Reply {
        let packet = try await withThrowingTaskGroup(of: Packet.self) { group in
            group.addTask {
                try await self.peers.waitForInstance(atMost: min(presence ?? timeout, timeout))
                guard let first = self.peers.pick(for: key) else {
                    throw WireError(.noInstance, "no \(self.service.rawValue) process is there")
                }
                guard let second else { return try await self.exchange(with: first, make) }
                return try await self.exchange(with: first, askingSecondAfter: second, key: key, make)
            }
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

    /// Takes the first answer of two instances. The second is asked once the first fails or is late, if there is one.
    private func exchange(
        with first: Connection, askingSecondAfter delay: Duration, key: String,
        _ make: @escaping @Sendable (String) -> some Encodable & Sendable
    ) async throws -> Packet {
        // Nil when the first is late.
        try await withThrowingTaskGroup(of: Result<Packet, any Error>?.self) { group in
            @Sendable func ask(_ connection: Connection) async -> Result<Packet, any Error> {
                do { return .success(try await self.exchange(with: connection, make)) } catch { return .failure(error) }
            }
            defer { group.cancelAll() }
            group.addTask { await ask(first) }
            group.addTask {
                try? await Task.sleep(for: delay)
                return nil
            }
            var asked = 1
            var failed = 0
            for try await outcome in group {
                if case .success(let packet) = outcome { return packet }
                if outcome != nil { failed += 1 }
                if asked == 1, let other = self.peers.pick(for: key, besides: first.peer.instance) {
                    asked = 2
                    group.addTask { await ask(other) }
                }
                if failed == asked, case .failure(let error) = outcome { throw error }
            }
            throw CancellationError()
        }
    }

    private func exchange(
        with connection: Connection, _ make: @Sendable (String) -> some Encodable & Sendable
    ) async throws -> Packet {
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
