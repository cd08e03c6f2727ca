import Glibc
import NIOCore
import Synchronization

/// The connections of a proxy, and whether bytes pass through.
final class ProxyConnections: Sendable {
    private struct Side {
        let channel: any Channel
        let isClient: Bool
    }

    private struct State {
        var mode = Proxy.Mode.open
        var sides: [ObjectIdentifier: Side] = [:]
    }

    private let state = Mutex(State())

    var mode: Proxy.Mode {
        get { state.withLock { $0.mode } }
        set {
            let sides = state.withLock { state in
                state.mode = newValue
                return Array(state.sides.values)
            }
            for side in sides { Self.read(side, newValue) }
        }
    }

    /// With reading off, the kernel's buffers fill up, which looks like a blackhole from outside.
    private static func read(_ side: Side, _ mode: Proxy.Mode) {
        side.channel.setOption(.autoRead, value: mode.lets(fromClient: side.isClient)).whenComplete { _ in }
    }

    func add(client: any Channel, server: any Channel) {
        let sides = [Side(channel: client, isClient: true), Side(channel: server, isClient: false)]
        let mode = state.withLock { state in
            for side in sides { state.sides[ObjectIdentifier(side.channel)] = side }
            return state.mode
        }
        for side in sides {
            let id = ObjectIdentifier(side.channel)
            side.channel.closeFuture.whenComplete { [self] _ in
                _ = state.withLock { $0.sides.removeValue(forKey: id) }
            }
            Self.read(side, mode)
        }
    }

    func reset() {
        for channel in state.withLock({ $0.sides.values.map(\.channel) }) {
            let lingering = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            (lingering ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
