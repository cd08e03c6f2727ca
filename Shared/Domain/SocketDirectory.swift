import Foundation

/// Where the Unix sockets of all processes are: `<root>/<service>/<instance>.sock`.
///
/// The folder is the only registry: to add a worker, start a process; to remove one, stop it.
public struct SocketDirectory: Hashable, Sendable {
    /// In bytes. `sockaddr_un.sun_path` holds 108 bytes on Linux, including the closing NUL (unix(7)).
    public static let longestPath = 107

    public let root: String

    public init(root: String) {
        self.root = root
    }

    public func folder(of service: ServiceName) -> String {
        "\(root)/\(service.rawValue)"
    }

    /// - Throws: `PathTooLong` when the kernel could not bind the path.
    public func socket(of service: ServiceName, instance: String) throws -> String {
        let path = "\(folder(of: service))/\(instance).sock"
        guard path.utf8.count <= Self.longestPath else { throw PathTooLong(path: path) }
        return path
    }

    /// Where a process that stops still answers operators and probes, although no peer finds it any more.
    ///
    /// - Parameter socket: a path that `socket(of:instance:)` has made; this one is as long.
    public static func stopping(_ socket: String) -> String {
        "\(socket.hasSuffix(".sock") ? String(socket.dropLast(5)) : socket).stop"
    }

    public struct PathTooLong: Error, CustomStringConvertible {
        public let path: String
        public var description: String {
            "socket path is \(path.utf8.count) bytes, at most \(SocketDirectory.longestPath) are possible: \(path) "
                + "(set SOCKET_DIR or INSTANCE_ID to something shorter)"
        }
    }
}
