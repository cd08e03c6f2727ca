import CCrypto

/// SHA-256 (FIPS 180-4), by OpenSSL.
public enum SHA256 {
    public static let byteCount = 32

    public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        let input = Array(bytes)
        let done = EVP_Digest(input, input.count, &digest, nil, EVP_sha256(), nil)
        // It fails only when OpenSSL has no SHA-256 at all. Continuing with a wrong digest would let different tokens
        // pass as equal.
        precondition(done == 1, "this OpenSSL has no SHA-256")
        return digest
    }

    /// The digest in lower-case hexadecimal: 64 characters.
    public static func hex(of bytes: some Sequence<UInt8>) -> String {
        Hexadecimal.encode(digest(of: bytes))
    }

    /// The digest of the text's UTF-8 in lower-case hexadecimal: 64 characters.
    public static func hex(of text: some StringProtocol) -> String {
        hex(of: text.utf8)
    }
}
