public import Foundation

/// Where tests find the built products, and where they may write.
public enum TestFolders {
    /// The package's root.
    public static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of the test runner, which also holds the binaries.
    public static let binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// A new folder under `/tmp`, short enough for socket paths and accessible only to its owner. Removed after the
    /// test run, unless `KEEP_TEST_FOLDERS` is set.
    public static func temporary(_ name: String = "bat") throws -> URL {
        let folder = URL(filePath: "/tmp/\(name)-\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if ProcessInfo.processInfo.environment["KEEP_TEST_FOLDERS"] == nil { Reaper.shared.removeAtEnd(folder) }
        return folder
    }
}
