import Foundation
import HTTPTypes

/// How a request reached us: who sent it, under which name it found us, and whether over TLS.
struct Arrival: Hashable, Sendable {
    /// What limits per address count by (`IPAddress.group`); "unknown" if there is no address.
    var client: String
    /// The `Host` that the client used.
    var authority: String?
    var isSecure: Bool
}

/// Reads `X-Forwarded-For`, `-Host` and `-Proto`, which anybody may send, from the proxies of `TRUSTED_PROXIES` only.
struct ProxyTrust: Sendable {
    let proxies: [AddressRange]
    let usesTLS: Bool

    /// - Parameter peer: IP address of the other end of the connection; nil if it has none.
    func arrival(of request: HTTPRequest, from peer: String?) -> Arrival {
        let address = peer.flatMap { IPAddress($0) }
        var arrival = Arrival(
            client: address?.group ?? "unknown", authority: request.authority, isSecure: usesTLS)
        guard let address, isTrusted(address) else { return arrival }
        let fields = request.headerFields
        // What the nearest proxy says comes last; what is before it may be the client's own.
        if let host = Self.items(fields[values: .forwardedHost]).last, Authority(host) != nil {
            arrival.authority = host
        }
        switch Self.items(fields[values: .forwardedProto]).last?.lowercased() {
        case "https", "wss": arrival.isSecure = true
        case "http", "ws": arrival.isSecure = false
        default: break
        }
        for hop in Self.items(fields[values: .forwardedFor]).reversed() {
            guard let address = Self.address(hop) else { break }
            arrival.client = address.group
            guard isTrusted(address) else { break }
        }
        return arrival
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        proxies.contains { $0.contains(address) }
    }

    /// Some proxies add the port.
    private static func address(_ text: String) -> IPAddress? {
        IPAddress(text) ?? Authority(text).flatMap { IPAddress($0.host.filter { $0 != "[" && $0 != "]" }) }
    }

    private static func items(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }
}
