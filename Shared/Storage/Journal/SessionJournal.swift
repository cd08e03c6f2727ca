public import Domain

/// One session's journal, held by this process.
public struct SessionJournal: Sendable {
    public let id: SessionID
    /// The facts that it contained when it was opened, in the order in which they were appended.
    public let recovered: [RecordedFact]
    /// Number of records that this version cannot read.
    public let unreadable: Int
    let journal: Journal

    /// Writes the facts, one `write(2)` each, and returns when the kernel has them: from then on no crash of this
    /// process loses them. They are appended in the order of the calls.
    ///
    /// - Throws: `full`: the facts from the failed one on are not in the journal. `overloaded`: none of the facts is.
    public func append(_ facts: [RecordedFact]) async throws(JournalError) {
        let result: Result<Void, JournalError> = await withCheckedContinuation { continuation in
            append(facts) { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    /// The same for callers on an event loop.
    ///
    /// - Parameter done: called once, on the journal's thread or, when the call is refused, on the caller's.
    public func append(
        _ facts: [RecordedFact], done: @escaping @Sendable (Result<Void, JournalError>) -> Void
    ) {
        do throws(JournalError) {
            var records: [(seq: Int, bytes: [UInt8])] = []
            for fact in facts { records.append((fact.seq, try JournalFormat.record(fact))) }
            let all = records
            try journal.submit(cost: all.reduce(1) { $0 + $1.bytes.count }) { [id] files in
                done(
                    Result { () throws(JournalError) in
                        let file = try files.file(id)
                        let now = ContinuousClock.now
                        for record in all { try file.append(record.bytes, seq: record.seq, at: now) }
                    })
            }
        } catch {
            done(.failure(error))
        }
    }

    /// Returns when the disk has everything that was appended up to this number: within 50 ms on a disk that syncs in
    /// 25 ms. Calls that wait at the same time share one `fsync`.
    public func synced(upTo seq: Int) async throws(JournalError) {
        let result: Result<Void, JournalError> = await withCheckedContinuation { continuation in
            synced(upTo: seq) { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    /// The same for callers on an event loop.
    public func synced(upTo seq: Int, done: @escaping @Sendable (Result<Void, JournalError>) -> Void) {
        do throws(JournalError) {
            try journal.submit { [id] files in
                do throws(JournalError) {
                    try files.file(id).wait(JournalFile.Waiter(seq: seq, since: .now, answer: done))
                } catch {
                    done(.failure(error))
                }
            }
        } catch {
            done(.failure(error))
        }
    }

    /// Reads everything back from the file.
    public func facts() async throws(JournalError) -> [RecordedFact] {
        try await journal.perform { [id] files throws(JournalError) in
            try files.file(id).contents().facts
        }
    }

    /// Syncs and unlocks the file, and leaves it for the next process that opens it.
    public func release() async {
        _ = try? await journal.perform { [id] files in files.release(id) }
    }

    /// Whether it has never held a record.
    public var isEmpty: Bool { recovered.isEmpty && unreadable == 0 }

    /// Keeps the file under another name and unlocks it: no relay takes it for the session's journal any more.
    ///
    /// - Parameter forGood: it is not found among the orphans either, so nothing takes it up again.
    /// - Returns: the new name.
    public func setAside(forGood: Bool = false) async throws(JournalError) -> String {
        let suffix = forGood ? JournalFormat.refusedSuffix : JournalFormat.orphanSuffix
        return try await journal.perform { [id] files throws(JournalError) in try files.setAside(id, suffix) }
    }

    /// Deletes the file. Call it only when MongoDB has everything that is in the file.
    public func delete() async throws(JournalError) {
        try await journal.perform { [id] files throws(JournalError) in try files.delete(id) }
    }
}
