import CCrypto

/// HMAC with SHA-256 (RFC 2104), by OpenSSL: signs cookies and exports.
public enum HMACSHA256 {
    public static func code(of bytes: some Sequence<UInt8>, key: some Sequence<UInt8>) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: SHA256.byteCount)
        let input = Array(bytes)
        // An empty key is allowed by the RFC, but OpenSSL takes a null pointer for "the key of the previous call". One
        // zero byte is the same key, because keys are padded with zeros.
        var secret = Array(key)
        if secret.isEmpty { secret = [0] }
        let done = Int32(exactly: secret.count).flatMap {
            HMAC(EVP_sha256(), secret, $0, input, input.count, &code, nil)
        }
        precondition(done != nil, "this OpenSSL has no HMAC with SHA-256, or the key has 2 GiB")
        return code
    }

    /// The code in lower-case hexadecimal: 64 characters.
    public static func hex(of bytes: some Sequence<UInt8>, key: some Sequence<UInt8>) -> String {
        Hexadecimal.encode(code(of: bytes, key: key))
    }

    public static func hex(of text: some StringProtocol, key: some StringProtocol) -> String {
        hex(of: text.utf8, key: key.utf8)
    }

    /// Whether the code is valid, checked in constant time.
    public static func isValid(_ code: [UInt8], of bytes: some Sequence<UInt8>, key: some Sequence<UInt8>) -> Bool {
        constantTimeEquals(code, self.code(of: bytes, key: key))
    }
}
