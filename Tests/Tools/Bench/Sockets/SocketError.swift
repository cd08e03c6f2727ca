import Glibc

/// A system call that failed.
struct SocketError: Error, CustomStringConvertible {
    let description: String

    init(_ call: String) {
        description = "\(call): \(String(cString: strerror(errno)))"
    }

    init(description: String) {
        self.description = description
    }
}
