public import Domain
import Foundation
import Glibc

/// The files of a recorded call in `DATA_DIR/<sessionId>`.
public enum SoundFiles {
    /// What the relay writes while the call goes on.
    public static let log = "call.sound"
    /// What is played: two channels, the trainee and the customer.
    public static let recording = "call.wav"

    public static let all = [log, recording]

    /// Whether there is any sound of a session.
    public static func exist(of id: SessionID, in dataDirectory: String) -> Bool {
        all.contains { FileManager.default.fileExists(atPath: "\(dataDirectory)/\(id.text)/\($0)") }
    }

    /// Opens a session's sound log to append to it, and creates it first if there is none. No symbolic link is followed
    /// below `DATA_DIR`.
    ///
    /// - Returns: a descriptor for the caller to close; nil if the disk refuses, with the reason in `errno`.
    public static func openLog(of id: SessionID, in dataDirectory: String) -> Int32? {
        try? FileManager.default.createDirectory(atPath: dataDirectory, withIntermediateDirectories: true)
        let parent = open(dataDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return nil }
        defer { close(parent) }
        if mkdirat(parent, id.text, 0o750) != 0, errno != EEXIST { return nil }
        let folder = openat(parent, id.text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        let file = openat(folder, log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o640)
        return file >= 0 ? file : nil
    }
}
