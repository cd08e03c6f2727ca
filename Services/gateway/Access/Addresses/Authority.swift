import Foundation

/// The `host:port` of a request or a URL, in one spelling: `Box.example.` and `box.example` are one host, and so are
/// `[0:0::1]` and `[::1]`.
struct Authority: Hashable, Sendable {
    /// Lower case and without a final dot; an IPv6 address in brackets and in its shortest form.
    let host: String
    /// Nil when none was given: the default of the scheme.
    let port: UInt16?

    /// Nil for text that is no host name or address, and for a port outside 1 to 65535.
    init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        let rest: Substring
        if text.hasPrefix("[") {
            let halves = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let inside = halves.first, let after = halves.last, inside.contains(":"),
                let address = IPAddress(inside)
            else { return nil }
            host = address.isV6 ? "[\(address)]" : "\(address)"
            rest = after
        } else {
            let name = text.prefix { $0 != ":" }
            rest = text.dropFirst(name.count)
            let bare = name.hasSuffix(".") ? name.dropLast() : name
            guard Self.isName(bare) else { return nil }
            host = String(bare)
        }
        let digits = rest.dropFirst()
        if digits.isEmpty {
            guard rest.isEmpty || rest == ":" else { return nil }
            port = nil
        } else {
            guard rest.hasPrefix(":"), digits.utf8.allSatisfy(Self.isDigit), let number = UInt16(digits), number > 0
            else { return nil }
            port = number
        }
    }

    /// The host and port of an absolute URL.
    init?(_ url: URL) {
        guard let host = url.host() else { return nil }
        let port = url.port.map { ":\($0)" } ?? ""
        // URLs give an IPv6 address without its brackets.
        self.init(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]\(port)" : host + port)
    }

    var text: String { host + (port.map { ":\($0)" } ?? "") }

    /// The same, without a port that is the scheme's default.
    func port(for scheme: String) -> UInt16? {
        port == Self.defaultPort(of: scheme) ? nil : port
    }

    private static func defaultPort(of scheme: String) -> UInt16? {
        switch scheme {
        case "http", "ws": 80
        case "https", "wss": 443
        default: nil
        }
    }

    /// Letters, digits, hyphens and underscores between dots: Docker's names have underscores.
    private static func isName(_ text: Substring) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                !label.isEmpty
                    && label.utf8.allSatisfy { byte in
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || isDigit(byte)
                            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                    }
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// The origin of a web page, as the `Origin` field has it, in one spelling.
struct WebOrigin: Hashable, Sendable {
    /// Lower case.
    let scheme: String
    let host: String
    /// Nil when it is the scheme's default.
    let port: UInt16?

    /// Nil for `null` and for anything else that is not `scheme://host` with or without a port.
    init?(_ text: some StringProtocol) {
        let halves = text.lowercased().components(separatedBy: "://")
        guard halves.count == 2, let scheme = halves.first, let rest = halves.last,
            scheme.utf8.first.map(Self.isLetter) == true, scheme.utf8.count <= 32,
            scheme.utf8.allSatisfy({ Self.isLetter($0) || "0123456789+-.".utf8.contains($0) }),
            let authority = Authority(rest)
        else { return nil }
        self.init(scheme: scheme, authority)
    }

    init?(_ url: URL) {
        guard let scheme = url.scheme?.lowercased(), let authority = Authority(url) else { return nil }
        self.init(scheme: scheme, authority)
    }

    private init(scheme: String, _ authority: Authority) {
        self.scheme = scheme
        host = authority.host
        port = authority.port(for: scheme)
    }

    var text: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
