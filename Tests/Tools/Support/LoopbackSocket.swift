import Foundation

/// Plain blocking sockets that share no code with what is tested. Calls that may take long run on their own thread: a
/// test that blocks one of the few threads of Swift's pool could block what it waits for.
public enum LoopbackSocket {
    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    /// Whether something accepts connections on the port.
    public static func isAnswered(port: Int) -> Bool {
        (try? connected(port: port)).map { close($0) } == 0
    }

    public static func connected(port: Int) throws -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        return try connected(AF_INET, to: address)
    }

    public static func connected(path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Failed(description: "path too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        return try connected(AF_UNIX, to: address)
    }

    public static func write(_ bytes: some Collection<UInt8>, to descriptor: Int32) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads until the peer closes, `limit` bytes have arrived, or `seconds` pass without any.
    public static func read(from descriptor: Int32, atMost limit: Int = 1 << 20, seconds: Int = 5) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: readBlocking(descriptor, atMost: limit, seconds: seconds))
            }
        }
    }

    /// Sends one HTTP request with `Connection: close`. Closes the descriptor.
    ///
    /// - Returns: the status, 0 if the answer is not HTTP, and the body.
    public static func get(_ target: String, on descriptor: Int32) async -> (status: Int, body: String) {
        defer { close(descriptor) }
        write("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8, to: descriptor)
        let text = String(decoding: await read(from: descriptor), as: UTF8.self)
        let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return (status, text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "")
    }

    private static func readBlocking(_ descriptor: Int32, atMost limit: Int, seconds: Int) -> [UInt8] {
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while all.count < limit {
            let count = recv(descriptor, &chunk, min(chunk.count, limit - all.count), 0)
            if count <= 0 { break }
            all += chunk[..<count]
        }
        return all
    }

    private static func connected<Address>(_ family: Int32, to address: Address) throws -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failed(description: "no socket: errno \(errno)") }
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else {
            let problem = errno
            close(descriptor)
            throw Failed(description: "cannot connect: errno \(problem)")
        }
        return descriptor
    }
}
