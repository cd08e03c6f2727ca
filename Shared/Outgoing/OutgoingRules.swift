/// How connections to servers elsewhere leave this machine: which of them go through the company's proxy, and whose
/// certificates are accepted. The same for the Realtime API, the judges and BatMan.
public struct OutgoingRules: Hashable, Sendable {
    /// Nil if all connections are direct.
    public var proxy: Proxy?
    public var direct: DirectHosts
    /// Trusted in addition to the system's authorities.
    public var authorities: Authorities?

    public init(proxy: Proxy? = nil, direct: DirectHosts = DirectHosts(), authorities: Authorities? = nil) {
        self.proxy = proxy
        self.direct = direct
        self.authorities = authorities
    }

    /// The proxy for a connection; nil if it is direct.
    ///
    /// Unencrypted connections are always direct, because a proxy would read the key in them.
    ///
    /// - Parameter host: a name, or an address with or without the brackets of a URL.
    public func proxy(for host: String, port: Int, isSecure: Bool) -> Proxy? {
        isSecure && !direct.contains(host, port: port) ? proxy : nil
    }
}
