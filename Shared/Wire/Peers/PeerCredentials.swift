import Foundation
import NIOCore

/// The process at the other end of a Unix socket, according to the kernel (`SO_PEERCRED`, unix(7)).
struct PeerCredentials: Sendable {
    // The order and types of `struct ucred`.
    let process: pid_t
    let user: uid_t
    let group: gid_t

    static func of(_ channel: any Channel) -> EventLoopFuture<PeerCredentials> {
        guard let provider = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(WireError(.foreignPeer, "peer cannot be identified"))
        }
        return provider.unsafeGetSocketOption(level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    }
}
