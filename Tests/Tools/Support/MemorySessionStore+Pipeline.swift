public import Domain
public import Foundation
import Storage

extension MemorySessionStore {
    public func lease(
        _ kind: Pipeline.Kind, of id: SessionID?, for owner: String, until: Date, now: Date
    ) async throws -> SessionRecord? {
        try available()
        let due = entries.values.filter {
            (id == nil || $0.record.sessionId == id) && $0.record.pipeline[kind].isDue(at: now)
        }
        guard var entry = due.min(by: { $0.cursor < $1.cursor }) else { return nil }
        entry.record.change(kind) { job in
            job.state = .leased
            job.owner = owner
            job.leaseUntil = until.inMilliseconds
            job.notBefore = nil
            job.attempts += 1
        }
        entry.record.updatedAt = time
        entries[entry.record.sessionId] = entry
        return entry.record
    }

    public func renew(_ kind: Pipeline.Kind, of id: SessionID, owner: String, until: Date) async throws -> Bool {
        var entry = try entry(id)
        let job = entry.record.pipeline[kind]
        guard job.state == .leased, job.owner == owner else { return false }
        entry.record.change(kind) { $0.leaseUntil = until.inMilliseconds }
        entries[id] = entry
        return true
    }

    public func retryFailedJobs(of id: SessionID) async throws -> Bool {
        var entry = try entry(id)
        guard entry.record.retryFailedJobs(at: time) else { return false }
        entries[id] = entry
        return true
    }

    public func finishScoring(
        _ id: SessionID, owner: String, score: Scorecard, outcome: Outcome
    ) async throws -> Bool {
        if isRefusingScores { throw StorageError(.refused, "this score cannot be stored") }
        return try settle(.scoring, of: id, owner: owner) { record in
            record.take(score, outcome: outcome)
        }
    }

    public func finishFiles(_ id: SessionID, owner: String) async throws -> Bool {
        try settle(.files, of: id, owner: owner) { record in
            record.dataFilesWritten = true
            record.phase = .filed
            record.pipeline.files.state = .done
        }
    }

    public func failJob(
        _ kind: Pipeline.Kind, of id: SessionID, owner: String, error: String, retryAt: Date?
    ) async throws {
        _ = try settle(kind, of: id, owner: owner) { record in
            record.change(kind) { job in
                job.state = retryAt == nil ? .failed : .pending
                job.notBefore = retryAt?.inMilliseconds
                job.lastError = error
            }
            if kind == .scoring, retryAt == nil { record.pipeline.files = Pipeline.Job(state: .pending) }
        }
    }

    public func returnJob(_ kind: Pipeline.Kind, of id: SessionID, owner: String) async throws {
        var entry = try entry(id)
        let job = entry.record.pipeline[kind]
        guard job.owner == owner, job.state == .leased else { return }
        entry.record.change(kind) { job in
            job.state = .pending
            job.owner = nil
            job.leaseUntil = nil
            job.attempts -= 1
        }
        entry.record.updatedAt = time
        entries[id] = entry
    }

    /// Changes a record whose job the owner still holds, and ends the lease. False if the owner neither holds the job
    /// nor has already finished it.
    private func settle(
        _ kind: Pipeline.Kind, of id: SessionID, owner: String, change: (inout SessionRecord) -> Void
    ) throws -> Bool {
        var entry = try entry(id)
        let job = entry.record.pipeline[kind]
        guard job.owner == owner, job.state == .leased else { return job.owner == owner && job.state == .done }
        entry.record.change(kind) { $0.leaseUntil = nil }
        change(&entry.record)
        entry.record.updatedAt = time
        entries[id] = entry
        return true
    }
}

extension SessionRecord {
    fileprivate mutating func change(_ kind: Pipeline.Kind, _ change: (inout Pipeline.Job) -> Void) {
        switch kind {
        case .scoring: change(&pipeline.scoring)
        case .files: change(&pipeline.files)
        }
    }
}
