import Foundation
import Glibc

/// One request to a process over its Unix socket. Blocks.
struct StatusSocket {
    /// Why there is no answer, in words.
    struct Problem: Error {
        let reason: String
    }

    /// For the connection, and for each piece of the answer, in seconds.
    private static let patience = 2
    /// The status line is all that counts, in bytes.
    private static let answerLimit = 64

    let path: String

    /// Asks for `/healthz`.
    ///
    /// - Returns: why there is no good answer; nil if there is one.
    func problem() -> String? {
        switch get("/healthz", atMost: Self.answerLimit) {
        case .failure(let problem): return problem.reason
        case .success(let answer):
            let line = String(answer.prefix { !$0.isNewline })
            return line.hasPrefix("HTTP/1.1 200") ? nil : line
        }
    }

    /// - Parameter limit: bytes of the answer that are read; the rest is left out.
    func get(_ page: String, atMost limit: Int) -> Result<String, Problem> {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .failure(Self.problem()) }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        // The time to send also limits how long a connection waits for a process that accepts none.
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        guard isConnected(descriptor) else { return .failure(Self.problem()) }
        let request = Array("GET \(page) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return .failure(Self.problem())
        }
        var answer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &answer, answer.count, Int32(MSG_WAITALL))
        guard count > 0 else {
            return .failure(count == 0 ? Problem(reason: "closed without an answer") : Self.problem())
        }
        return .success(String(decoding: answer.prefix(count), as: UTF8.self))
    }

    private func isConnected(_ descriptor: CInt) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return false
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private static func problem() -> Problem {
        Problem(reason: errno == EAGAIN ? "no answer within \(patience) s" : String(cString: strerror(errno)))
    }
}
