import Domain
import Foundation
import NIOCore

/// The addresses that this server gives to its clients.
///
/// A request's `Host` is chosen by the client, so it is used in a link only if it is a loopback name.
struct ClientAddresses: Sendable {
    let publicURL: URL?
    let usesTLS: Bool

    /// The absolute address of a session's WebSocket, with its token.
    func webSocket(
        of session: SessionID, token: SessionToken, authority: String?, localAddress: SocketAddress?
    ) -> String {
        let query = "/ws/sessions/\(session.text)?token=\(token.text)"
        if let publicURL {
            let scheme = publicURL.scheme?.lowercased() == "https" ? "wss" : "ws"
            let port = publicURL.port.map { ":\($0)" } ?? ""
            let path = publicURL.path().hasSuffix("/") ? String(publicURL.path().dropLast()) : publicURL.path()
            return "\(scheme)://\(publicURL.host() ?? "localhost")\(port)\(path)\(query)"
        }
        return (usesTLS ? "wss" : "ws") + "://" + (Self.safe(authority) ?? Self.text(of: localAddress)) + query
    }

    private static func safe(_ authority: String?) -> String? {
        guard let authority, let host = OriginPolicy.host(of: authority), OriginPolicy.isLoopback(host) else {
            return nil
        }
        let port = authority.dropFirst(host.count)
        guard port.isEmpty || (port.first == ":" && UInt16(port.dropFirst()) != nil) else { return nil }
        return host + port
    }

    private static func text(of address: SocketAddress?) -> String {
        guard let address, let ip = address.ipAddress, let port = address.port else { return "localhost" }
        return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }
}
