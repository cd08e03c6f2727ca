import CCrypto

/// Generates secrets: session tokens, cookies, keys.
public enum RandomToken {
    /// 256 bits.
    public static let byteCount = 32

    /// A new secret of 256 random bits as base64url without padding: 43 characters, safe in a URL and in a header.
    ///
    /// - Throws: `NoEntropy` when OpenSSL's generator cannot be seeded. A guessable token would be worse than none.
    public static func make() throws(NoEntropy) -> String {
        Base64URL.encode(try bytes(byteCount))
    }

    /// - Parameter count: number of bytes, up to 2³¹ - 1.
    public static func bytes(_ count: Int) throws(NoEntropy) -> [UInt8] {
        guard let size = Int32(exactly: count), size >= 0 else { throw NoEntropy() }
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, size) == 1 else { throw NoEntropy() }
        return bytes
    }

    public struct NoEntropy: Error, CustomStringConvertible {
        public var description: String { "the system gave no random numbers" }
    }
}
