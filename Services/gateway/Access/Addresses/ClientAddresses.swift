import Domain
import Foundation
import NIOCore

/// The addresses that this server gives to its clients: under `PUBLIC_URL`, otherwise under the name by which the
/// request found it. A client chooses that name itself, so it is only used in answers that nobody else gets.
struct ClientAddresses: Sendable {
    let publicURL: URL?
    /// How clients reach one cell of several; nil if all have one address.
    var cellTemplate: CellURLTemplate?

    /// The absolute address of a session's WebSocket, with its token.
    ///
    /// - Parameter cell: the one that runs the session, or will.
    func webSocket(
        of session: SessionID, token: SessionToken, arrival: Arrival, localAddress: SocketAddress?, cell: String? = nil
    ) -> String {
        let base = base("ws", arrival, localAddress)
        let address = cell.flatMap { cell in cellTemplate?.address(of: cell, under: base) } ?? base
        return address + Self.path(of: session, token)
    }

    /// The same for a client that is connected to another cell; nil without addresses of cells.
    func webSocket(
        of session: SessionID, token: SessionToken, in cell: String, arrival: Arrival
    ) -> String? {
        cellTemplate.map { template in
            template.address(of: cell, under: base("ws", arrival, nil)) + Self.path(of: session, token)
        }
    }

    private static func path(of session: SessionID, _ token: SessionToken) -> String {
        "/ws/sessions/\(session.text)?token=\(token.text)"
    }

    /// The address of one of our pages.
    ///
    /// - Parameter path: begins with a slash; may have a fragment.
    func page(_ path: String, arrival: Arrival, localAddress: SocketAddress?) -> String {
        base("http", arrival, localAddress) + path
    }

    /// Where a page of this server may open WebSockets besides its own origin, which older browsers do not take for the
    /// same when the scheme is `ws`.
    func socketOrigins(_ arrival: Arrival) -> [String] {
        let own = arrival.authority.flatMap { Authority($0) }.map { "\(arrival.isSecure ? "wss" : "ws")://\($0.text)" }
        let named = publicURL.flatMap { url in
            Authority(url).map { "\(Self.isSecure(url) ? "wss" : "ws")://\($0.text)" }
        }
        return [own, named == own ? nil : named, cellTemplate?.socketSource].compactMap(\.self)
    }

    /// - Parameter scheme: `http` or `ws`; becomes `https` or `wss` where clients use TLS.
    private func base(_ scheme: String, _ arrival: Arrival, _ localAddress: SocketAddress?) -> String {
        if let publicURL, let authority = Authority(publicURL) {
            let path = publicURL.path().hasSuffix("/") ? String(publicURL.path().dropLast()) : publicURL.path()
            return "\(scheme)\(Self.isSecure(publicURL) ? "s" : "")://\(authority.text)\(path)"
        }
        let authority = arrival.authority.flatMap { Authority($0) }?.text ?? Self.text(of: localAddress)
        return "\(scheme)\(arrival.isSecure ? "s" : "")://\(authority)"
    }

    private static func isSecure(_ url: URL) -> Bool { url.scheme?.lowercased() == "https" }

    private static func text(of address: SocketAddress?) -> String {
        guard let address, let ip = address.ipAddress, let port = address.port else { return "localhost" }
        return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }
}
