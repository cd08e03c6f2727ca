import Glibc
import NIOCore
import Synchronization

/// The connections of a proxy, and whether bytes pass through.
final class ProxyConnections: Sendable {
    private struct State {
        var isBlackhole = false
        var channels: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = Mutex(State())

    var isBlackhole: Bool {
        get { state.withLock { $0.isBlackhole } }
        set {
            let channels = state.withLock { state in
                state.isBlackhole = newValue
                return Array(state.channels.values)
            }
            // With reading off, the kernel's buffers fill up, which looks like a blackhole from outside.
            for channel in channels { channel.setOption(.autoRead, value: !newValue).whenComplete { _ in } }
        }
    }

    func add(_ pair: any Channel...) {
        let isBlackhole = state.withLock { state in
            for channel in pair { state.channels[ObjectIdentifier(channel)] = channel }
            return state.isBlackhole
        }
        for channel in pair {
            channel.closeFuture.whenComplete { [self] _ in
                _ = state.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
            }
            channel.setOption(.autoRead, value: !isBlackhole).whenComplete { _ in }
        }
    }

    func reset() {
        for channel in state.withLock({ Array($0.channels.values) }) {
            let lingering = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            (lingering ?? channel.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
