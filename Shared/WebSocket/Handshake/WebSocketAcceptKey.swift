import CCrypto
import Foundation

/// The proof that a server understood the WebSocket handshake: SHA-1 of the client's key and the RFC's constant.
enum WebSocketAcceptKey {
    private static let constant = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    static func answer(to key: String) -> String {
        let text = Array((key + constant).utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        var length: UInt32 = 0
        EVP_Digest(text, text.count, &digest, &length, EVP_sha1(), nil)
        return Data(digest).base64EncodedString()
    }

    /// Whether `key` is the base64 of 16 bytes.
    static func isWellFormed(_ key: String) -> Bool {
        key.utf8.count == 24 && Data(base64Encoded: key)?.count == 16
    }

    static func random() -> String {
        var source = MaskingKeySource()
        var bytes = [UInt8]()
        for _ in 0..<4 { withUnsafeBytes(of: source.draw().word) { bytes.append(contentsOf: $0) } }
        return Data(bytes).base64EncodedString()
    }
}
