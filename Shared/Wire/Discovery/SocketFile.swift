import Foundation

/// The file of a Unix socket: makes its folders, replaces what a dead process left, removes it.
struct SocketFile: Sendable {
    let path: String

    /// Makes the folders (0700) and removes a socket that no process answers on.
    ///
    /// - Throws: `WireError` `socketInUse` when a process does, `socketUnusable` when a folder cannot be made.
    func prepare() throws(WireError) {
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        } catch {
            throw WireError(.socketUnusable, "cannot make the socket folder \(folder)", cause: error)
        }
        guard FileManager.default.fileExists(atPath: path) else { return }
        if isAnswered() { throw WireError(.socketInUse, "another process serves \(path); set INSTANCE_ID") }
        remove()
    }

    /// A socket bound to the path, 0600 from the start, not yet listening.
    ///
    /// - Throws: `WireError` `socketUnusable`.
    func bound() throws(WireError) -> CInt {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw unusable() }
        // On Linux the file takes over the permissions of the socket that is bound to it (unix(7)).
        guard fchmod(descriptor, 0o600) == 0, call(bind, descriptor) else {
            let error = unusable()
            close(descriptor)
            throw error
        }
        return descriptor
    }

    func remove() {
        unlink(path)
    }

    /// Whether a process accepts connections on it.
    private func isAnswered() -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return call(connect, descriptor)
    }

    private func call(
        _ function: (CInt, UnsafePointer<sockaddr>?, socklen_t) -> CInt, _ descriptor: CInt
    ) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private func unusable() -> WireError {
        WireError(.socketUnusable, "cannot make the socket \(path): \(String(cString: strerror(errno)))")
    }
}
