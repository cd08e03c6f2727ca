import Domain
import Foundation
import Glibc

/// One open and locked journal file. Its calls block; it is used only on the journal's thread.
final class JournalFile {
    struct Waiter {
        let seq: Int
        let since: ContinuousClock.Instant
        let answer: @Sendable (Result<Void, JournalError>) -> Void
    }

    let path: String
    private let descriptor: CInt
    private let calls: FileCalls
    private var length = 0
    private(set) var lastSeq = 0
    private(set) var syncedSeq = 0
    /// When the oldest record that is not synced yet was written.
    private(set) var dirtySince: ContinuousClock.Instant?
    private(set) var waiters: [Waiter] = []
    /// After a failed `fsync` the kernel may have dropped what it could not write, and a second one would still
    /// succeed. So every later append and sync on this file fails.
    private var brokenBy: JournalError?

    /// Opens and locks the file, creates it if it does not exist, and cuts off a torn tail.
    ///
    /// - Returns: the file and its contents.
    static func open(
        _ path: String, calls: FileCalls
    ) throws(JournalError) -> (file: JournalFile, contents: JournalFormat.Contents) {
        let descriptor = try lock(path, flags: O_RDWR | O_CREAT | O_APPEND)
        let file = JournalFile(path: path, descriptor: descriptor, calls: calls)
        let contents = try file.contents()
        let rest = try file.rest(from: contents.validLength)
        if JournalFormat.isDamaged(rest, isFirst: contents.validLength == 0) { try keep(rest, cutOff: path, calls) }
        try file.cut(to: contents.validLength)
        file.lastSeq = contents.facts.last?.seq ?? 0
        if contents.validLength == 0 {
            try file.write(JournalFormat.magic)
            // The name of a new file is durable only after its folder is synced.
            try syncFolder(of: path)
        }
        // The process that wrote the contents may never have synced them.
        try file.sync()
        return (file, contents)
    }

    /// Whether no process holds the journal at this path.
    static func isUnheld(_ path: String) -> Bool {
        guard let descriptor = try? lock(path, flags: O_RDWR) else { return false }
        close(descriptor)
        return true
    }

    private init(path: String, descriptor: CInt, calls: FileCalls) {
        self.path = path
        self.descriptor = descriptor
        self.calls = calls
    }

    deinit {
        close(descriptor)
    }

    // MARK: Writing

    func append(_ record: [UInt8], seq: Int, at now: ContinuousClock.Instant) throws(JournalError) {
        if let brokenBy { throw brokenBy }
        try write(record)
        lastSeq = max(lastSeq, seq)
        if dirtySince == nil { dirtySince = now }
    }

    func wait(_ waiter: Waiter) {
        if let brokenBy { return waiter.answer(.failure(brokenBy)) }
        // Records that were never appended cannot be waited for.
        if min(waiter.seq, lastSeq) <= syncedSeq { return waiter.answer(.success(())) }
        waiters.append(waiter)
    }

    /// When the file must be synced next; nil if there is nothing to sync.
    func due(_ schedule: SyncSchedule) -> ContinuousClock.Instant? {
        schedule.due(dirtySince: dirtySince, waitingSince: waiters.first?.since)
    }

    func syncAndAnswer() {
        let result: Result<Void, JournalError>
        do throws(JournalError) {
            try sync()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        let answered = waiters
        waiters = []
        for waiter in answered { waiter.answer(result) }
    }

    private func sync() throws(JournalError) {
        if let brokenBy { throw brokenBy }
        guard calls.sync(descriptor) == 0 else {
            let error = JournalError.system("cannot sync \(path)")
            brokenBy = error
            dirtySince = nil
            throw error
        }
        syncedSeq = lastSeq
        dirtySince = nil
    }

    private func write(_ bytes: [UInt8]) throws(JournalError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                calls.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                let error = JournalError.system("cannot write \(path)")
                // Half a record would make everything after it unreadable.
                do { try cut(to: length) } catch { brokenBy = error }
                throw error
            }
        }
        length += bytes.count
    }

    private func cut(to length: Int) throws(JournalError) {
        guard ftruncate(descriptor, length) == 0 else { throw .system("cannot cut \(path)") }
        self.length = length
    }

    // MARK: Reading

    /// Everything in the file, read piece by piece: beside the facts there is never more of it in memory than one
    /// piece or one record.
    func contents() throws(JournalError) -> JournalFormat.Contents {
        var reader = JournalFormat.Reader()
        var offset = 0
        while let piece = try bytes(at: offset, Self.pieceSize) {
            offset += piece.count
            guard reader.take(piece) else { break }
        }
        return reader.contents
    }

    /// All bytes from an offset to the end of the file.
    private func rest(from offset: Int) throws(JournalError) -> [UInt8] {
        var rest: [UInt8] = []
        while let piece = try bytes(at: offset + rest.count, Self.pieceSize) { rest += piece }
        return rest
    }

    private static let pieceSize = 256 << 10

    /// At most `count` bytes from an offset; nil at the end of the file.
    private func bytes(at offset: Int, _ count: Int) throws(JournalError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        while true {
            let read = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, offset) }
            if read > 0 {
                bytes.removeLast(count - read)
                return bytes
            }
            if read == 0 { return nil }
            guard errno == EINTR else { throw .system("cannot read \(path)") }
        }
    }

    // MARK: The name

    /// Deletes the file while it is still locked, so that no other process can adopt it in between.
    func delete() throws(JournalError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .system("cannot delete \(path)") }
        try Self.syncFolder(of: path)
    }

    /// Renames the file while it is still locked, so that no relay finds it as a journal.
    ///
    /// - Parameter suffix: of its new name.
    /// - Returns: its new name.
    func setAside(_ suffix: String) throws(JournalError) -> String {
        for number in 1...Self.mostNames {
            let target = Self.path(path, suffix, number)
            // Unlike a rename, a link never replaces a file.
            if link(path, target) == 0 {
                try delete()
                return (target as NSString).lastPathComponent
            }
            guard errno == EEXIST else { throw .system("cannot set \(path) aside") }
        }
        throw JournalError(.failed, "\(path) was set aside too often")
    }

    /// Gives an orphan the name of a journal again, unless its session has one.
    static func takeUp(_ orphan: String, as path: String) throws(JournalError) -> Bool {
        let descriptor = try lock(orphan, flags: O_RDWR)
        defer { close(descriptor) }
        guard link(orphan, path) == 0 else {
            if errno == EEXIST { return false }
            throw .system("cannot take \(orphan) up")
        }
        guard unlink(orphan) == 0 else { throw .system("cannot take \(orphan) up") }
        try syncFolder(of: path)
        return true
    }

    /// The contents of a file that stays as it is.
    static func contents(of path: String) throws(JournalError) -> JournalFormat.Contents {
        let file = JournalFile(path: path, descriptor: try lock(path, flags: O_RDWR), calls: .system)
        return try file.contents()
    }

    private static let mostNames = 100

    private static func path(_ path: String, _ suffix: String, _ number: Int) -> String {
        String(path.dropLast(JournalFormat.fileSuffix.count)) + (number == 1 ? "" : ".\(number)") + suffix
    }

    /// Keeps what is cut off a damaged journal in a separate file.
    private static func keep(_ bytes: [UInt8], cutOff path: String, _ calls: FileCalls) throws(JournalError) {
        for number in 1...mostNames {
            let target = self.path(path, JournalFormat.damagedSuffix, number)
            let descriptor = Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            if descriptor < 0, errno == EEXIST { continue }
            guard descriptor >= 0 else { throw .system("cannot keep what is damaged of \(path)") }
            let copy = JournalFile(path: target, descriptor: descriptor, calls: calls)
            do throws(JournalError) {
                try copy.write(bytes)
                try copy.sync()
            } catch {
                unlink(target)
                throw error
            }
            return
        }
        throw JournalError(.failed, "\(path) was damaged too often")
    }

    private static func lock(_ path: String, flags: CInt) throws(JournalError) -> CInt {
        // Another attempt is needed if the holder deletes the file after we opened it and before we lock it.
        for _ in 0..<8 {
            let descriptor = Glibc.open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw .system("cannot open \(path)") }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let reason = errno
                close(descriptor)
                throw reason == EWOULDBLOCK
                    ? JournalError(.held, "\(path) is held by a relay") : .system("cannot lock \(path)")
            }
            var locked = stat()
            var named = stat()
            if fstat(descriptor, &locked) == 0, lstat(path, &named) == 0, locked.st_ino == named.st_ino,
                locked.st_dev == named.st_dev
            {
                return descriptor
            }
            close(descriptor)
        }
        throw JournalError(.held, "\(path) is being deleted")
    }

    private static func syncFolder(of path: String) throws(JournalError) {
        let folder = Glibc.open(
            URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .system("cannot open the folder of \(path)") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .system("cannot sync the folder of \(path)") }
    }
}

extension JournalError {
    /// The error for the current `errno`.
    static func system(_ what: String) -> JournalError {
        let reason = errno
        let isFull = reason == ENOSPC || reason == EDQUOT || reason == EFBIG
        return JournalError(isFull ? .full : .failed, "\(what): \(String(cString: strerror(reason)))")
    }
}
