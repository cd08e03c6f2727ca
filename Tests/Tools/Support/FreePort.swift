import Foundation

/// A TCP port on loopback without a listener.
public enum FreePort {
    public struct NoneLeft: Error {}

    /// Chosen by the kernel. Linux does not assign the same port again soon, so it is still free a moment later.
    public static func next() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw NoneLeft() }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard result else { throw NoneLeft() }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
