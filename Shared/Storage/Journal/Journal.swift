public import Domain
public import Foundation
import Glibc
public import Logging
public import ServiceLifecycle

/// The journals of one process: everything that happens in a live session is written here before the relay acts on it.
///
/// All files share one thread, because they share one disk. `kill -9` loses nothing that was appended, and a power cut
/// nothing that was synced. As a service it stops last: it syncs what was appended and releases the locks. The files
/// remain for the next process unless they were deleted.
public final class Journal: Service {
    /// Maximum number of bytes that wait for the disk: some seconds of a thousand calls.
    private static let limit = 64 << 20

    private let directory: String
    private let logger: Logger
    private let queue = WorkQueue<@Sendable (JournalFiles) -> Void>(limit: limit)

    /// Creates the folder, mode 0700, if it does not exist.
    public convenience init(
        directory: String, schedule: SyncSchedule = SyncSchedule(), logger: Logger
    ) throws(JournalError) {
        try self.init(directory: directory, schedule: schedule, calls: .system, logger: logger)
    }

    init(directory: String, schedule: SyncSchedule, calls: FileCalls, logger: Logger) throws(JournalError) {
        self.directory = directory
        self.logger = logger
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw JournalError(.failed, "cannot create the journal folder \(directory): \(error.localizedDescription)")
        }
        let thread = Thread { [queue] in Self.work(queue, JournalFiles(schedule: schedule, calls: calls)) }
        thread.name = "journal"
        thread.start()
    }

    deinit {
        queue.close()
    }

    /// Opens a session's journal, a new one or one that another process left, and locks it until it is released or
    /// deleted.
    ///
    /// - Throws: `held` if another process, or another part of this one, has it open.
    public func open(_ id: SessionID) async throws(JournalError) -> SessionJournal {
        let path = "\(directory)/\(id)\(JournalFormat.fileSuffix)"
        let contents = try await perform { files throws(JournalError) in try files.open(id, at: path) }
        if contents.unreadable > 0 {
            logger.warning(
                "journal has records of another version",
                metadata: ["sessionId": "\(id)", "records": "\(contents.unreadable)"])
        }
        return SessionJournal(
            id: id, recovered: contents.facts, unreadable: contents.unreadable, journal: self)
    }

    /// Why new journals cannot be written; nil when they can.
    public func problem() async -> String? {
        do throws(JournalError) {
            let directory = directory
            try await perform { files throws(JournalError) in try files.probe(directory) }
            return nil
        } catch {
            return error.message
        }
    }

    // MARK: Orphans

    /// A journal that was set aside because the database did not know its session.
    public struct Orphan: Sendable {
        public let id: SessionID
        let name: String
        /// When its last fact was written.
        public let lastWrite: Date
    }

    public func orphans() async throws(JournalError) -> [Orphan] {
        let directory = directory
        return try await perform { files throws(JournalError) in
            try Self.names(in: directory).compactMap { name in
                guard name.hasSuffix(JournalFormat.orphanSuffix), let id = SessionID(name.prefix { $0 != "." })
                else { return nil }
                let attributes = try? FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")
                return (attributes?[.modificationDate] as? Date).map { Orphan(id: id, name: name, lastWrite: $0) }
            }
        }
    }

    /// - Returns: the facts, and the number of records that this version cannot read.
    public func contents(of orphan: Orphan) async throws(JournalError) -> (facts: [RecordedFact], unreadable: Int) {
        let path = "\(directory)/\(orphan.name)"
        let contents = try await perform { files throws(JournalError) in try JournalFile.contents(of: path) }
        return (contents.facts, contents.unreadable)
    }

    /// Makes it its session's journal again.
    ///
    /// - Returns: false if the session has another one.
    public func takeUp(_ orphan: Orphan) async throws(JournalError) -> Bool {
        let directory = directory
        return try await perform { files throws(JournalError) in
            try JournalFile.takeUp(
                "\(directory)/\(orphan.name)", as: "\(directory)/\(orphan.id)\(JournalFormat.fileSuffix)")
        }
    }

    // MARK: What is left of sessions

    /// A file of a session that is not its journal: an orphan, one that the database refused, or damaged bytes.
    public struct Leftover: Sendable {
        public let id: SessionID
        let name: String
    }

    public func leftovers() async throws(JournalError) -> [Leftover] {
        let directory = directory
        return try await perform { files throws(JournalError) in
            try Self.names(in: directory).compactMap { name in
                guard let id = SessionID(name.prefix { $0 != "." }), name != "\(id)\(JournalFormat.fileSuffix)"
                else { return nil }
                return Leftover(id: id, name: name)
            }
        }
    }

    /// Deletes the file, because its session was erased.
    public func remove(_ leftover: Leftover) async throws(JournalError) {
        let path = "\(directory)/\(leftover.name)"
        try await perform { files throws(JournalError) in
            guard unlink(path) == 0 || errno == ENOENT else { throw .system("cannot delete \(leftover.name)") }
        }
    }

    private static func names(in directory: String) throws(JournalError) -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: directory).sorted() } catch {
            throw JournalError(.failed, "cannot list \(directory): \(error.localizedDescription)")
        }
    }

    /// The sessions whose journals no process holds, because a relay died or handed them over.
    public func unheld() async throws(JournalError) -> [SessionID] {
        let directory = directory
        return try await perform { files throws(JournalError) in
            try Self.names(in: directory).compactMap { name in
                guard name.hasSuffix(JournalFormat.fileSuffix),
                    let id = SessionID(name.dropLast(JournalFormat.fileSuffix.count)),
                    !files.holds(id), JournalFile.isUnheld("\(directory)/\(name)")
                else { return nil }
                return id
            }
        }
    }

    /// Syncs and releases every journal, and ends the thread. Later calls throw `closed`.
    public func close() async {
        _ = try? await perform { files in files.releaseAll() }
        queue.close()
    }

    public func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    // MARK: The thread

    private static func work(_ queue: WorkQueue<@Sendable (JournalFiles) -> Void>, _ files: JournalFiles) {
        while let batch = queue.takeAll(until: files.nextSync) {
            for work in batch { work(files) }
            files.syncDue()
        }
        files.releaseAll()
    }

    /// Queues work for the thread.
    func submit(cost: Int = 1, _ work: @escaping @Sendable (JournalFiles) -> Void) throws(JournalError) {
        do throws(WorkQueue<@Sendable (JournalFiles) -> Void>.Refusal) {
            try queue.add(work, cost: cost)
        } catch {
            switch error {
            case .full: throw JournalError(.overloaded, "the disk is too slow for what is to be written")
            case .closed: throw JournalError(.closed, "the journal is closed")
            }
        }
    }

    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (JournalFiles) throws(JournalError) -> Value
    ) async throws(JournalError) -> Value {
        let result: Result<Value, JournalError> = await withCheckedContinuation { continuation in
            do throws(JournalError) {
                try submit { files in
                    continuation.resume(returning: Result { () throws(JournalError) in try work(files) })
                }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }
}
