import Foundation

/// An IPv4 or IPv6 address. An IPv4 address in IPv6 form, `::ffff:10.0.0.1`, is the IPv4 address.
struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes.
    let bytes: [UInt8]

    /// Nil for anything else than the numeric form.
    init?(_ text: some StringProtocol) {
        guard (2...45).contains(text.utf8.count) else { return nil }
        let text = String(text)
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let all = withUnsafeBytes(of: six) { Array($0) }
            bytes = all.starts(with: Self.mappedPrefix) ? Array(all.dropFirst(Self.mappedPrefix.count)) : all
        } else {
            return nil
        }
    }

    private static let mappedPrefix = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

    var isV6: Bool { bytes.count == 16 }

    var description: String {
        let size = Int(INET6_ADDRSTRLEN)
        var text = [CChar](repeating: 0, count: size)
        let written = bytes.withUnsafeBytes {
            inet_ntop(isV6 ? AF_INET6 : AF_INET, $0.baseAddress, &text, socklen_t(size))
        }
        guard written != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What limits count by: the address, of IPv6 the /64, in which one client may take as many addresses as it likes.
    var group: String {
        isV6 ? "\(IPAddress(bytes: bytes.prefix(8) + [UInt8](repeating: 0, count: 8)))/64" : description
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}

/// One address, or all that begin like it: `10.0.0.0/8`.
struct AddressRange: Hashable, Sendable {
    private let start: [UInt8]
    private let bits: Int

    init?(_ text: some StringProtocol) {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = halves.first, let address = IPAddress(first) else { return nil }
        start = address.bytes
        let all = start.count * 8
        if halves.count == 2, let last = halves.last {
            guard let number = Int(last), (0...all).contains(number) else { return nil }
            bits = number
        } else {
            bits = all
        }
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == start.count else { return false }
        return zip(start, address.bytes).enumerated().allSatisfy { index, pair in
            let left = min(8, max(0, bits - index * 8))
            let mask = UInt8(truncatingIfNeeded: 0xff00 >> left)
            return pair.0 & mask == pair.1 & mask
        }
    }
}
