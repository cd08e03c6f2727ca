import Bootstrap
import Foundation
import Glibc
import Storage

/// The name of a cell that no setting names: made up once and kept beside the journals, so that it lasts as long as they
/// do and all relays of a machine share it. A host name would not do: containers and clones change or share theirs.
enum CellFile {
    private static let name = "cell"

    /// - Throws: `SettingError` if the file can neither be read nor made.
    static func name(in directory: String) throws(SettingError) -> String {
        let path = "\(directory)/\(name)"
        if let kept = read(path) { return try checked(kept, path) }
        // Of relays that start at the same time, the first to link its file names the cell.
        let own = "\(path)-\(UUID().uuidString)"
        do { try write(CellName.random(), to: own) } catch {
            throw SettingError("JOURNAL_DIR", "cannot keep the cell's name: \(error.localizedDescription)")
        }
        link(own, path)
        unlink(own)
        guard let kept = read(path) else { throw SettingError("JOURNAL_DIR", "cannot keep the cell's name in \(path)") }
        return try checked(kept, path)
    }

    private static func read(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data.prefix(256), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func checked(_ name: String, _ path: String) throws(SettingError) -> String {
        guard CellName.isValid(name) else {
            throw SettingError("JOURNAL_DIR", "has no cell's name in \(path): set CELL, or remove the file")
        }
        return name
    }

    private static func write(_ name: String, to path: String) throws {
        try Data("\(name)\n".utf8).write(to: URL(filePath: path))
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.synchronize()
        try file.close()
    }
}
