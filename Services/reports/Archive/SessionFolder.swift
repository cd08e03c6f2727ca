import Domain
import Foundation
import Glibc
import Synchronization

/// `DATA_DIR/<sessionId>`: the folder in which a session's files appear complete or not at all.
///
/// A file is written under a temporary name, synced and renamed; after a failure the temporary file is removed. No
/// symbolic link is followed below `DATA_DIR`, so that another writer there cannot redirect us.
struct SessionFolder {
    let root: String
    let id: SessionID

    /// The path of a file relative to `DATA_DIR`.
    func relativePath(_ name: String) -> String {
        "\(id.text)/\(name)"
    }

    func write(_ name: String, _ content: [UInt8], stamp: FileStamp? = nil) throws(FileError) {
        try write(name, stamp: stamp) { descriptor throws(FileError) in
            try Self.write(content, of: name, to: descriptor)
        }
    }

    static func write(_ content: [UInt8], of name: String, to descriptor: Int32) throws(FileError) {
        var rest = content[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError("write \(name)")
            }
            rest = rest.dropFirst(written)
        }
    }

    /// - Parameters:
    ///   - stamp: becomes the file's modification time.
    ///   - body: writes the content to a descriptor, which it does not close.
    func write(
        _ name: String, stamp: FileStamp? = nil, body: (Int32) throws(FileError) -> Void
    ) throws(FileError) {
        let folder = try open(creating: true)
        defer { close(folder) }
        removeAbandoned(in: folder, at: Date())

        let temporary = ".\(name).\(getpid())-\(Self.serial.next()).tmp"
        let file = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw FileError("create \(name)") }
        do throws(FileError) {
            defer { close(file) }
            guard fchmod(file, 0o640) == 0 else { throw FileError("set the permissions of \(name)") }
            try body(file)
            // Before the rename: a process that is killed in between must not leave a file that looks younger than it is.
            if let stamp {
                let time = timespec(tv_sec: stamp.seconds, tv_nsec: stamp.nanoseconds)
                guard futimens(file, [time, time]) == 0 else { throw FileError("set the time of \(name)") }
            }
            guard fsync(file) == 0 else { throw FileError("sync \(name)") }
            guard renameat(folder, temporary, folder, name) == 0 else { throw FileError("rename \(name)") }
        } catch {
            unlinkat(folder, temporary, 0)
            throw error
        }
        guard fsync(folder) == 0 else { throw FileError("sync the folder of \(name)") }
    }

    /// Size in bytes and modification time of a regular file; nil when there is none.
    func inspect(_ name: String) -> (size: Int, stamp: FileStamp)? {
        guard let folder = try? open(creating: false) else { return nil }
        defer { close(folder) }
        var info = stat()
        guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0, info.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return (Int(info.st_size), FileStamp(seconds: info.st_mtim.tv_sec, nanoseconds: info.st_mtim.tv_nsec))
    }

    /// - Returns: whether there was such a file; then it is deleted.
    @discardableResult
    func remove(_ name: String) throws(FileError) -> Bool {
        let folder = try open(creating: false)
        defer { close(folder) }
        guard unlinkat(folder, name, 0) != 0 else { return true }
        let error = FileError("delete \(name)")
        guard error.code == ENOENT else { throw error }
        return false
    }

    /// Removes the temporary files of processes that were killed.
    func removeAbandoned(at now: Date) {
        guard let folder = try? open(creating: false) else { return }
        defer { close(folder) }
        removeAbandoned(in: folder, at: now)
    }

    private func open(creating: Bool) throws(FileError) -> Int32 {
        if creating {
            // A failure shows below, with a reason from the kernel.
            try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        }
        let parent = Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw FileError("open DATA_DIR") }
        defer { close(parent) }
        if creating, mkdirat(parent, id.text, 0o750) != 0, errno != EEXIST {
            throw FileError("create the folder \(id)")
        }
        let folder = openat(parent, id.text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw FileError("open the folder \(id)") }
        return folder
    }

    /// Why a data folder is not writable; nil when it is.
    static func problem(with root: String) -> String? {
        try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        return access(root, W_OK | X_OK) == 0 ? nil : FileError("write to DATA_DIR").description
    }

    /// Removes the temporary files of processes that were killed between create and rename; after ten minutes no
    /// process writes to them any more.
    private func removeAbandoned(in folder: Int32, at now: Date) {
        let path = "\(root)/\(id.text)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
            var info = stat()
            guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            // The time of its last change in any way: the modification time may already be that of an old session.
            if Int(now.timeIntervalSince1970) - info.st_ctim.tv_sec > 600 { unlinkat(folder, name, 0) }
        }
    }

    private static let serial = Serial()

    private final class Serial: Sendable {
        private let last = Atomic(0)

        func next() -> Int {
            last.wrappingAdd(1, ordering: .relaxed).newValue
        }
    }
}
