import Domain
import Foundation
import Glibc

/// The file of a Unix socket: makes its folders, replaces what a dead process left, removes it.
struct SocketFile: Sendable {
    /// A file in the file system, whatever its name. A name may belong to another file by now.
    struct Identity: Equatable, Sendable {
        private let device: UInt
        private let inode: UInt

        /// Nil when there is no file.
        init?(of path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
        }
    }

    /// How long a socket must have been there before a refusal counts: a process that starts binds it first and listens
    /// on it a moment later.
    static let startTime = Duration.seconds(10)

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
        let old = SocketFile(path: stoppingPath)
        if FileManager.default.fileExists(atPath: old.path), old.isDead() { unlink(old.path) }
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard isDead() else { throw WireError(.socketInUse, "another process serves \(path); set INSTANCE_ID") }
        unlink(path)
    }

    /// A socket bound to the path, 0600 from the start, not yet listening; and which file that is.
    ///
    /// - Throws: `WireError` `socketUnusable`.
    func bound() throws(WireError) -> (descriptor: CInt, identity: Identity) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw unusable() }
        // On Linux the file takes over the permissions of the socket that is bound to it (unix(7)).
        guard fchmod(descriptor, 0o600) == 0, call(bind, descriptor), let identity = Identity(of: path) else {
            let error = unusable()
            close(descriptor)
            throw error
        }
        return (descriptor, identity)
    }

    private var stoppingPath: String { SocketDirectory.stopping(path) }

    /// Takes the file out of the sight of peers; operators and probes still find it. Not if a successor has bound the
    /// same name.
    func retire(_ identity: Identity) {
        if Identity(of: path) == identity { rename(path, stoppingPath) }
    }

    /// Removes the file, retired or not, if it is still this one: a successor may have bound the same name.
    func remove(_ identity: Identity) {
        for path in [path, stoppingPath] where Identity(of: path) == identity { unlink(path) }
    }

    /// Removes the socket if it has been there for a while and the kernel knows that nobody listens on it.
    ///
    /// - Returns: whether it was removed.
    func removeIfDead() -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
        // A time in the future is from a clock that was wrong; then others decide.
        guard time(nil) - status.st_mtim.tv_sec > Int(Self.startTime.components.seconds) else { return false }
        guard let identity = Identity(of: path), isDead() else { return false }
        remove(identity)
        return true
    }

    /// Whether no process listens on it. A process that is paused or busy still does.
    func isDead() -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return !call(connect, descriptor) && errno == ECONNREFUSED
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
