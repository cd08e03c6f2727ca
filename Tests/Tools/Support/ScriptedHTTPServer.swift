public import Foundation
import Synchronization

/// A real HTTP/1.1 server on loopback or on a Unix socket that answers as scripted and records its requests. It uses
/// blocking sockets and a thread per connection, and shares no code with what it tests.
public final class ScriptedHTTPServer: Sendable {
    public struct Request: Sendable {
        /// 0, 1, 2, … in order of arrival.
        public var number: Int
        public var method: String
        public var target: String
        /// Names in lower case.
        public var headers: [String: String]
        public var body: Data
    }

    public enum Reply: Sendable {
        case answer(status: Int, headers: [String: String] = [:], body: Data = Data())
        /// Sends these bytes, then closes the connection.
        case raw(Data)
        case hangUp
        /// Does not answer until the client gives up or the server is stopped.
        case silence
        /// What an HTTP proxy does with a `CONNECT` that it allows: a 200, then every byte to and from this port on
        /// loopback.
        case tunnel(port: Int)

        public static func json(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> Reply {
            .answer(
                status: status, headers: headers.merging(["Content-Type": "application/json"]) { mine, _ in mine },
                body: Data(text.utf8))
        }
    }

    private struct State {
        var requests: [Request] = []
        var connections: Set<Int32> = []
        var isStopped = false
    }

    public let port: Int
    private let listener: Int32
    private let state = Mutex(State())
    private let reply: @Sendable (Request) -> Reply

    public var url: String { "http://127.0.0.1:\(port)" }
    public var requests: [Request] { state.withLock { $0.requests } }

    /// - Parameter unixSocket: path to listen on; nil for a free port on 127.0.0.1.
    public init(unixSocket: String? = nil, reply: @escaping @Sendable (Request) -> Reply) throws {
        self.reply = reply
        (listener, port) = try unixSocket.map { (try Self.listen(at: $0), 0) } ?? Self.listen()
        let thread = Thread { [self] in acceptAll() }
        thread.start()
    }

    /// Closes everything. Without it, only a sleeping thread is left behind.
    public func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    private func acceptAll() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            let isWanted = state.withLock { state in
                if !state.isStopped { state.connections.insert(connection) }
                return !state.isStopped
            }
            guard isWanted else {
                close(connection)
                break
            }
            let thread = Thread { [self] in
                serve(connection)
                _ = state.withLock { $0.connections.remove(connection) }
                close(connection)
            }
            thread.start()
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var buffer = Data()
        while let request = readRequest(from: connection, &buffer) {
            state.withLock { $0.requests.append(request) }
            switch reply(request) {
            case .answer(let status, let headers, let body):
                var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(body.count)\r\n"
                for (name, value) in headers { head += "\(name): \(value)\r\n" }
                guard write(Data((head + "\r\n").utf8) + (request.method == "HEAD" ? Data() : body), to: connection)
                else { return }
            case .raw(let bytes):
                _ = write(bytes, to: connection)
                return
            case .hangUp: return
            case .silence:
                while read(from: connection, &buffer) {}
                return
            case .tunnel(let port):
                tunnel(connection, to: port)
                return
            }
        }
    }

    private func tunnel(_ connection: Int32, to port: Int) {
        guard let other = try? LoopbackSocket.connected(port: port) else { return }
        defer { close(other) }
        guard write(Data("HTTP/1.1 200 Connection established\r\n\r\n".utf8), to: connection) else { return }
        let back = DispatchGroup()
        back.enter()
        let thread = Thread { [self] in
            pass(from: other, to: connection)
            back.leave()
        }
        thread.start()
        pass(from: connection, to: other)
        back.wait()
    }

    /// Passes bytes on until one side closes, then ends both.
    private func pass(from source: Int32, to destination: Int32) {
        var bytes = Data()
        while read(from: source, &bytes), write(bytes, to: destination) { bytes = Data() }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(destination, Int32(SHUT_RDWR))
    }

    private func readRequest(from connection: Int32, _ buffer: inout Data) -> Request? {
        let end = Data("\r\n\r\n".utf8)
        while buffer.range(of: end) == nil { guard read(from: connection, &buffer) else { return nil } }
        guard let headEnd = buffer.range(of: end) else { return nil }
        let lines = String(decoding: buffer[..<headEnd.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines[0].split(separator: " ")
        guard first.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { continue }
            headers[halves[0].lowercased()] = halves[1].trimmingCharacters(in: .whitespaces)
        }
        buffer.removeSubrange(..<headEnd.upperBound)
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while buffer.count < length { guard read(from: connection, &buffer) else { return nil } }
        let body = Data(buffer.prefix(length))
        buffer = Data(buffer.dropFirst(length))
        return Request(
            number: state.withLock { $0.requests.count }, method: String(first[0]), target: String(first[1]),
            headers: headers, body: body)
    }

    private func read(from connection: Int32, _ buffer: inout Data) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: chunk.prefix(count))
        return true
    }

    private func write(_ bytes: Data, to connection: Int32) -> Bool {
        var rest = [UInt8](bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    // MARK: Listening

    private static func listen() throws -> (Int32, Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            guard bind(descriptor, pointer, length) == 0 else { return -1 }
            guard Foundation.listen(descriptor, 64) == 0 else { return -1 }
            return getsockname(descriptor, pointer, &length)
        }
        guard descriptor >= 0, result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func listen(at path: String) throws -> Int32 {
        var address = sockaddr_un()
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw POSIXError(.ENAMETOOLONG) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let result = withUnsafeBytes(of: &address) { bytes -> Int32 in
            guard
                bind(
                    descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count)) == 0
            else { return -1 }
            return Foundation.listen(descriptor, 64)
        }
        guard descriptor >= 0, result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return descriptor
    }
}
