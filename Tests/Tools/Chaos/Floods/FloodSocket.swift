import Foundation
import Glibc
import TestSupport

/// A bare WebSocket that sends raw bytes and reads frames, without blocking.
final class FloodSocket {
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private var incoming: [UInt8] = []
    /// The code of the server's close frame; 1006 if the connection ended without one.
    private(set) var closeCode: Int?

    /// - Throws: `Refused` if the server does not answer with 101.
    init(port: Int, path: String) throws {
        descriptor = try LoopbackSocket.connected(port: port)
        LoopbackSocket.write(
            ("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").utf8,
            to: descriptor)
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        // A byte at a time, so that the first frame stays in the socket.
        while !answer.ends(with: "\r\n\r\n"), answer.count < 16_384, recv(descriptor, &byte, 1, 0) == 1 {
            answer.append(byte)
        }
        guard answer.starts(with: "HTTP/1.1 101".utf8) else {
            throw Refused(description: String(decoding: answer.prefix(200), as: UTF8.self))
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// Sends as much as the server takes within this time, and reads what it says.
    ///
    /// - Returns: the number of bytes that were sent.
    func send(_ bytes: ArraySlice<UInt8>, milliseconds: Int32) -> Int {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN | (bytes.isEmpty ? 0 : POLLOUT)), revents: 0)
        guard poll(&state, 1, milliseconds) > 0 else { return 0 }
        if state.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { read() }
        guard closeCode == nil, state.revents & Int16(POLLOUT) != 0 else { return 0 }
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count < 0, errno != EAGAIN { closeCode = closeCode ?? 1006 }
        return max(0, count)
    }

    private func read() {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count == 0 || count < 0 && errno != EAGAIN { closeCode = closeCode ?? 1006 }
        guard count > 0 else { return }
        incoming += chunk[..<count]
        var offset = 0
        while let frame = Self.frame(incoming[offset...]) {
            if frame.opcode == 8 { closeCode = frame.closeCode }
            offset += frame.length
        }
        incoming.removeFirst(offset)
    }

    /// The first frame; nil while it is not complete. A server's frames are not masked.
    private static func frame(_ bytes: ArraySlice<UInt8>) -> (opcode: UInt8, closeCode: Int, length: Int)? {
        let start = bytes.startIndex
        guard bytes.count >= 2 else { return nil }
        let extra = [126: 2, 127: 8][Int(bytes[start + 1] & 0x7f)] ?? 0
        guard bytes.count >= 2 + extra else { return nil }
        let payload =
            extra == 0
            ? Int(bytes[start + 1] & 0x7f)
            : bytes[(start + 2)..<(start + 2 + extra)].reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= 2 + extra + payload else { return nil }
        let body = bytes[(start + 2 + extra)..<(start + 2 + extra + payload)]
        let code = body.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        return (bytes[start] & 0x0f, body.count >= 2 ? code : 1005, 2 + extra + payload)
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
