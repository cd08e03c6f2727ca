public import Foundation

/// A session as an earlier version left it: see `Tests/Recorded/README.md`.
public enum RecordedSession {
    public static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Recorded").standardizedFileURL

    public static func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: file)))
    }

    /// A copy of its journal in a temporary folder.
    ///
    /// - Returns: the folder.
    public static func journal() throws -> String {
        let copy = try TestFolders.temporary("bat-recorded")
        let name = "BAT-001.journal"
        try FileManager.default.copyItem(at: folder.appending(path: name), to: copy.appending(path: name))
        return copy.path
    }
}
