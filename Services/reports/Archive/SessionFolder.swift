import Domain
import Foundation
import Glibc
import Synchronization

/// `DATA_DIR/<sessionId>`: where a session's files appear whole or not at all.
///
/// A file is written under a temporary name, synced and renamed; whatever fails, no temporary file stays. No symbolic
/// link is followed below `DATA_DIR`, so that nobody who can write there can point us elsewhere.
struct SessionFolder {
    let root: String
    let id: SessionID

    /// The path of a file relative to `DATA_DIR`.
    func relativePath(_ name: String) -> String {
        "\(id.text)/\(name)"
    }

    /// - Parameter modified: becomes the file's time of modification.
    func write(_ name: String, _ content: [UInt8], modified: Date? = nil) throws(FileError) {
        try write(name, modified: modified) { descriptor throws(FileError) in
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
    }

    /// - Parameter body: writes the content to a descriptor, which it does not close.
    func write(
        _ name: String, modified: Date? = nil, body: (Int32) throws(FileError) -> Void
    ) throws(FileError) {
        let folder = try open(creating: true)
        defer { close(folder) }
        removeAbandoned(in: folder)

        let temporary = ".\(name).\(getpid())-\(Self.serial.next()).tmp"
        let file = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw FileError("create \(name)") }
        do throws(FileError) {
            defer { close(file) }
            guard fchmod(file, 0o640) == 0 else { throw FileError("set the permissions of \(name)") }
            try body(file)
            if let modified {
                let times = [modified.timespec, modified.timespec]
                guard futimens(file, times) == 0 else { throw FileError("set the time of \(name)") }
            }
            guard fsync(file) == 0 else { throw FileError("sync \(name)") }
            guard renameat(folder, temporary, folder, name) == 0 else { throw FileError("rename \(name)") }
        } catch {
            unlinkat(folder, temporary, 0)
            throw error
        }
        guard fsync(folder) == 0 else { throw FileError("sync the folder of \(name)") }
    }

    /// Size in bytes and time of modification of a regular file; nil when there is none.
    func inspect(_ name: String) -> (size: Int, modified: Date)? {
        guard let folder = try? open(creating: false) else { return nil }
        defer { close(folder) }
        var info = stat()
        guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0, info.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return (Int(info.st_size), Date(info.st_mtim))
    }

    private func open(creating: Bool) throws(FileError) -> Int32 {
        if creating {
            do { try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true) } catch {
                throw FileError("create DATA_DIR")
            }
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

    /// A process that was killed between create and rename leaves its temporary file; ten minutes later nobody writes
    /// to it any more.
    private func removeAbandoned(in folder: Int32) {
        let path = "\(root)/\(id.text)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
            var info = stat()
            guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            if Date().timeIntervalSince(Date(info.st_mtim)) > 600 { unlinkat(folder, name, 0) }
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

/// A step on a file that the system refused. Reads `errno`, so make one right after the call.
struct FileError: Error, CustomStringConvertible {
    let step: String
    let code: Int32

    init(_ step: String, code: Int32 = errno) {
        self.step = step
        self.code = code
    }

    /// The disk is full or cannot be written to at the moment: worth trying for as long as it takes.
    var isShortOfSpace: Bool {
        [ENOSPC, EDQUOT, EROFS, EFBIG].contains(code)
    }

    var description: String {
        "cannot \(step): \(String(cString: strerror(code)))"
    }
}

extension Date {
    fileprivate init(_ time: timespec) {
        self.init(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// To the millisecond, which is also what MongoDB keeps.
    fileprivate var timespec: Glibc.timespec {
        let milliseconds = (timeIntervalSince1970 * 1000).rounded()
        let bounded = milliseconds.isFinite ? Int(min(max(milliseconds, 0), 253_402_300_799_000)) : 0
        return Glibc.timespec(tv_sec: bounded / 1000, tv_nsec: (bounded % 1000) * 1_000_000)
    }
}
