public import Domain
import Foundation
import Glibc

/// The folders of sessions in `DATA_DIR`, for erasing them. Follows no symbolic link below `DATA_DIR`.
public struct SessionFolders: Sendable {
    /// `DATA_DIR`.
    public let root: String

    public init(root: String) { self.root = root }

    /// The sessions that have one.
    public var ids: [SessionID] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { SessionID($0) }
    }

    /// Why something is still there.
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    /// Deletes a session's folder with everything in it.
    ///
    /// - Returns: how many files there were.
    public func remove(_ id: SessionID) throws(Failure) -> Int {
        let parent = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // No folder of data, no files.
        guard parent >= 0 else { return 0 }
        defer { close(parent) }
        let folder = openat(parent, id.text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else {
            if errno == ENOENT { return 0 }
            throw Self.failure("open the folder of \(id)")
        }
        defer { close(folder) }
        var count = 0
        // A process that has just been writing may add a file in between.
        for _ in 0..<3 {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(id)")) ?? [] {
                if unlinkat(folder, name, 0) == 0 { count += 1 }
            }
            if unlinkat(parent, id.text, AT_REMOVEDIR) == 0 || errno == ENOENT { return count }
        }
        throw Self.failure("delete the folder of \(id)")
    }

    private static func failure(_ step: String) -> Failure {
        Failure(description: "cannot \(step): \(String(cString: strerror(errno)))")
    }
}
