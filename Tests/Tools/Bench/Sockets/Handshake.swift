import CCrypto
import CLinux
import Foundation

/// The HTTP upgrade of a WebSocket (RFC 6455 section 4), limited to what both ends here need.
enum Handshake {
    static let end = Array("\r\n\r\n".utf8)

    /// Upgrades a connected, blocking socket.
    ///
    /// - Throws: `SocketError` with the server's answer if the status is not 101.
    static func ask(_ descriptor: Int32, path: String) throws {
        let request =
            "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        guard Array(request.utf8).withUnsafeBytes({ send(descriptor, $0.baseAddress, $0.count, 0) }) > 0 else {
            throw SocketError("send")
        }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        // A byte at a time, so that the first frame stays in the socket.
        while !answer.reversed().starts(with: end.reversed()) {
            guard recv(descriptor, &byte, 1, 0) == 1 else { throw SocketError("recv during the handshake") }
            answer.append(byte)
            guard answer.count < 16_384 else { throw SocketError(description: "endless answer to the handshake") }
        }
        guard answer.starts(with: Array("HTTP/1.1 101".utf8)) else {
            throw SocketError(description: String(decoding: answer.prefix(400), as: UTF8.self))
        }
    }

    /// The answer to a client's request; nil if it is not a WebSocket upgrade.
    static func answer(to request: [UInt8]) -> [UInt8]? {
        for line in String(decoding: request, as: UTF8.self).split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "sec-websocket-key" else { continue }
            let key = parts[1].trimmingCharacters(in: .whitespaces)
            let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
            var digest = [UInt8](repeating: 0, count: 20)
            EVP_Digest(text, text.count, &digest, nil, EVP_sha1(), nil)
            return Array(
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: \(Data(digest).base64EncodedString())\r\n\r\n").utf8)
        }
        return nil
    }
}
