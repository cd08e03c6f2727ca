import Domain
import Glibc

/// The open files of a journal. Used only on the journal's thread.
final class JournalFiles {
    private var files: [SessionID: JournalFile] = [:]
    private let schedule: SyncSchedule
    private let calls: FileCalls

    init(schedule: SyncSchedule, calls: FileCalls) {
        self.schedule = schedule
        self.calls = calls
    }

    func holds(_ id: SessionID) -> Bool { files[id] != nil }

    func open(_ id: SessionID, at path: String) throws(JournalError) -> JournalFormat.Contents {
        if holds(id) { throw JournalError(.held, "the journal of \(id) is open already") }
        let (file, contents) = try JournalFile.open(path, calls: calls)
        files[id] = file
        return contents
    }

    func file(_ id: SessionID) throws(JournalError) -> JournalFile {
        guard let file = files[id] else { throw JournalError(.closed, "the journal of \(id) is not open") }
        return file
    }

    /// Syncs and unlocks the file, which remains on the disk.
    func release(_ id: SessionID) {
        files.removeValue(forKey: id)?.syncAndAnswer()
    }

    func releaseAll() {
        for id in files.keys.sorted(by: { $0.text < $1.text }) { release(id) }
    }

    func delete(_ id: SessionID) throws(JournalError) {
        let file = try file(id)
        try file.delete()
        files[id] = nil
        for waiter in file.waiters { waiter.answer(.success(())) }
    }

    /// - Returns: the new name.
    func setAside(_ id: SessionID, _ suffix: String) throws(JournalError) -> String {
        let file = try file(id)
        file.syncAndAnswer()
        let name = try file.setAside(suffix)
        files[id] = nil
        return name
    }

    /// Writes a few kilobytes and removes them again.
    func probe(_ directory: String) throws(JournalError) {
        let path = "\(directory)/.probe-\(getpid())"
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot create a file") }
        defer {
            close(descriptor)
            unlink(path)
        }
        let bytes = [UInt8](repeating: 0, count: 8192)
        let written = bytes.withUnsafeBytes { calls.write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count else {
            if written >= 0 { errno = ENOSPC }
            throw .system("cannot write a file")
        }
    }

    /// When the next file must be synced.
    var nextSync: ContinuousClock.Instant? {
        files.values.compactMap { $0.due(schedule) }.min()
    }

    func syncDue() {
        let now = ContinuousClock.now
        for file in files.values {
            if let due = file.due(schedule), due <= now { file.syncAndAnswer() }
        }
    }
}
