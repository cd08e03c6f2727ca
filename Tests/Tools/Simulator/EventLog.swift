import Foundation
import Synchronization

/// Logs every incoming event, one JSON object per line, so that tests can check what OpenAI would have received.
final class EventLog: Sendable {
    private let file: String
    private let isFolder: Bool
    private let handles = Mutex<[String: FileHandle]>([:])

    /// - Parameter path: a file for all sessions, or an existing folder for a file per session.
    init(path: String) throws {
        file = path
        var folder: ObjCBool = false
        isFolder = FileManager.default.fileExists(atPath: path, isDirectory: &folder) && folder.boolValue
        if !isFolder { try Data().write(to: URL(filePath: path)) }
    }

    func write(_ event: String, session: String) {
        let path = isFolder ? "\(file)/\(session).jsonl" : file
        let line =
            event.contains(where: \.isNewline) ? event.split(whereSeparator: \.isNewline).joined(separator: " ") : event
        handles.withLock { handles in
            if handles[path] == nil {
                if isFolder { _ = FileManager.default.createFile(atPath: path, contents: nil) }
                handles[path] = FileHandle(forWritingAtPath: path)
            }
            try? handles[path]?.write(contentsOf: Data((line + "\n").utf8))
        }
    }

    /// The session is over: no more events follow.
    func close(session: String) {
        guard isFolder else { return }
        handles.withLock { try? $0.removeValue(forKey: "\(file)/\(session).jsonl")?.close() }
    }
}
