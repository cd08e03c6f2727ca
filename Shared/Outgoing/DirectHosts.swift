import Foundation

/// The hosts that are reached without the proxy: this machine, and those that `NO_PROXY` names.
public struct DirectHosts: Hashable, Sendable {
    private enum Place: Hashable {
        case everywhere
        /// The host itself, and every name that ends in a dot and this name.
        case name(String)
        /// 4 or 16 bytes, of which the first `bits` bits count.
        case network([UInt8], bits: Int)
    }

    private struct Rule: Hashable {
        var place: Place
        /// Nil for every port.
        var port: Int?
    }

    private let rules: [Rule]

    /// - Parameter entries: each a host name, which covers its subdomains with or without a leading `.` or `*.`; an
    ///   address; a network such as `10.0.0.0/8`; or `*`. A name or an address may have a port. Entries of any other
    ///   form match nothing.
    public init(_ entries: [String] = []) {
        rules = entries.flatMap { $0.split(whereSeparator: \.isWhitespace) }.compactMap { Self.rule(String($0)) }
    }

    public func contains(_ host: String, port: Int) -> Bool {
        let host = Self.bare(host)
        let address = Self.bytes(ofAddress: host)
        return Self.isThisMachine(host, address)
            || rules.contains { rule in
                guard rule.port == nil || rule.port == port else { return false }
                return switch rule.place {
                case .everywhere: true
                case .name(let name): address == nil && (host == name || host.hasSuffix(".\(name)"))
                case .network(let network, let bits): address.map { Self.isSame($0, network, bits: bits) } ?? false
                }
            }
    }

    /// In lower case, without the brackets of an address in a URL and without the dot at the end of a full name.
    static func bare(_ host: String) -> String {
        var host = host.lowercased()
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    private static func isThisMachine(_ host: String, _ address: [UInt8]?) -> Bool {
        guard let address else { return host == "localhost" || host.hasSuffix(".localhost") }
        return address.count == 4
            ? address.first == 127 : address.dropLast().allSatisfy { $0 == 0 } && address.last == 1
    }

    private static func rule(_ entry: String) -> Rule? {
        let entry = entry.lowercased()
        if entry == "*" { return Rule(place: .everywhere) }
        if let slash = entry.firstIndex(of: "/") {
            guard let network = bytes(ofAddress: bare(String(entry[..<slash]))),
                let bits = Int(entry[entry.index(after: slash)...]), (0...network.count * 8).contains(bits)
            else { return nil }
            return Rule(place: .network(network, bits: bits))
        }
        var host = entry
        var port: Int?
        // More than one colon without brackets is an address of version 6; within brackets, it is no port either.
        if let colon = entry.lastIndex(of: ":"), bytes(ofAddress: entry) == nil, !entry.hasSuffix("]") {
            guard let number = Int(entry[entry.index(after: colon)...]) else { return nil }
            (host, port) = (String(entry[..<colon]), number)
        }
        host = bare(host)
        if let address = bytes(ofAddress: host) {
            return Rule(place: .network(address, bits: address.count * 8), port: port)
        }
        if host.hasPrefix("*") { host = String(host.dropFirst()) }
        if host.hasPrefix(".") { host = String(host.dropFirst()) }
        return host.isEmpty ? nil : Rule(place: .name(host), port: port)
    }

    private static func bytes(ofAddress text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }

    private static func isSame(_ address: [UInt8], _ network: [UInt8], bits: Int) -> Bool {
        guard address.count == network.count else { return false }
        return zip(address, network).enumerated().allSatisfy { index, pair in
            let counted = min(max(bits - index * 8, 0), 8)
            return (pair.0 ^ pair.1) >> (8 - counted) == 0
        }
    }
}
