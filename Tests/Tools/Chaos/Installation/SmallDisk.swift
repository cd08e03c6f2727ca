import Foundation
import Glibc

/// A small disk, mounted over a folder, that the tool can fill up.
struct SmallDisk: Sendable {
    struct NotMounted: Error, CustomStringConvertible {
        let description: String
    }

    private static let megabytes = 256

    let folder: URL
    private var filler: String { folder.appending(path: ".filler").path }

    /// - Throws: `NotMounted` if mounting is not allowed.
    init(over folder: URL) throws {
        self.folder = folder
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(Self.megabytes)m,mode=0700") == 0 else {
            throw NotMounted(description: "no tmpfs at \(folder.path): \(String(cString: strerror(errno)))")
        }
    }

    /// Fills the remaining space.
    func fill() {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let chunk = [UInt8](repeating: 0, count: 1 << 20)
        for size in [chunk.count, 4_096] {
            while write(descriptor, chunk, size) == size {}
        }
    }

    func free() { unlink(filler) }

    func unmount() { umount2(folder.path, Int32(MNT_DETACH)) }
}
