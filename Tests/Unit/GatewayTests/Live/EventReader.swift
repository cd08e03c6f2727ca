import Domain
import Foundation
import TestSupport

/// An EventSource on a plain socket.
final class EventReader: @unchecked Sendable {
    struct Event: Equatable {
        var name: String
        var data: JSONValue
    }

    private let descriptor: Int32
    private let lock = NSLock()
    private var bytes: [UInt8] = []
    private var isClosed = false

    /// - Parameter reads: false for a reader that never takes anything.
    init(port: Int, _ path: String, headers: String = "", reads: Bool = true) throws {
        descriptor = try LoopbackSocket.connected(port: port)
        LoopbackSocket.write(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\(headers)\r\n".utf8,
            to: descriptor)
        guard reads else { return }
        Thread.detachNewThread { [self] in
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(descriptor, &chunk, chunk.count, 0)
                lock.withLock { if count > 0 { bytes += chunk[..<count] } else { isClosed = true } }
                if count <= 0 { return }
            }
        }
    }

    deinit { close(descriptor) }

    func leave() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// All bytes that are there, and whether the server has closed, for a reader that did not read.
    func drain() async -> Int { await LoopbackSocket.read(from: descriptor, atMost: 1 << 26, seconds: 4).count }

    var isOver: Bool { lock.withLock { isClosed } }

    var text: String { lock.withLock { String(decoding: bytes, as: UTF8.self) } }

    var status: Int { Int(text.dropFirst(9).prefix(3)) ?? 0 }

    /// A line end of the chunks and a comment after it are one character to Swift.
    var comments: Int { text.replacing("\r\n", with: "\n").components(separatedBy: "\n: \n").count - 1 }

    var events: [Event] {
        text.matches(of: /event: ([a-z]+)\ndata: ([^\n]*)\n\n/).compactMap { match in
            guard let data = try? JSONDecoder().decode(JSONValue.self, from: Data(match.2.utf8)) else { return nil }
            return Event(name: String(match.1), data: data)
        }
    }

    func event(_ what: String, _ isRight: @escaping @Sendable (Event) -> Bool) async throws -> Event {
        try await eventually("an event: \(what)") { self.events.contains(where: isRight) }
        return events.first(where: isRight) ?? Event(name: "", data: .null)
    }
}
