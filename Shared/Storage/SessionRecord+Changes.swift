package import Domain
package import Foundation

// The changes that a store makes to a record, in one place, so that every store makes the same.
extension SessionRecord {
    /// Folds facts in. Each event of a client counts once, however it arrived and how often.
    package mutating func fold(_ facts: some Sequence<RecordedFact>) {
        var known = Set(events.compactMap(\.eventId))
        apply(facts.filter { fact in fact.eventId.map { known.insert($0).inserted } ?? true })
    }

    /// - Parameter recorded: the facts that the store holds. Those of `ending` come first where both have a number; the
    ///   store may still know some that the relay, after a crash, does not.
    package mutating func end(with ending: EndRecord, recorded: [RecordedFact], at now: Date) {
        var facts: [Int: RecordedFact] = [:]
        for fact in recorded + ending.facts { facts[fact.seq] = fact }
        fold(facts.values.sorted { $0.seq < $1.seq })
        status = .ended
        phase = .ended
        outcome = ending.outcome
        endTrigger = ending.endTrigger
        endedAt = ending.endedAt
        durationMs = ending.durationMs
        pipeline.scoring = Pipeline.Job(state: .pending)
        pipeline.files = Pipeline.Job()
        updatedAt = now
    }

    /// The `endTrigger` of a session that no client ever connected to.
    package static let neverConnected = EndTrigger.neverConnected.rawValue

    /// Makes jobs that were given up due again. False if there are none.
    package mutating func retryFailedJobs(at now: Date) -> Bool {
        guard status == .ended, endTrigger != Self.neverConnected else { return false }
        if pipeline.scoring.state == .failed {
            pipeline.scoring = Pipeline.Job(state: .pending)
            // The files are written again with the new score.
            pipeline.files = Pipeline.Job()
            phase = score == nil ? .ended : .scored
        } else if pipeline.files.state == .failed {
            pipeline.files = Pipeline.Job(state: .pending)
        } else {
            return false
        }
        updatedAt = now
        return true
    }

    /// Maximum number of revisions of a score that late events may cause. Each costs model calls, and a client might
    /// never stop sending.
    private static let mostRevisions = 20
    /// Seconds that a session waits before it is judged again, so that a client which uploads in several batches causes
    /// one revision and not several.
    private static let rejudgingPause: TimeInterval = 3

    /// Adds the new events and, if there are any, marks the session to be judged again.
    ///
    /// - Parameter known: client events that are stored outside `events`, by their ids.
    package mutating func addLate(_ late: [SessionEvent], known: [String: SessionEvent], at now: Date)
        -> LateEventsAdded
    {
        var known = known
        for event in events { if let id = event.eventId { known[id] = event } }
        let ofClient = events.filter(\.isFromClient)
        var (count, bytes) = (ofClient.count, ofClient.reduce(0) { $0 + $1.data.weight })
        let results = late.map { event -> LateEventsAdded.Result in
            if let id = event.eventId, let earlier = known[id] {
                return earlier.isSame(as: event) ? .duplicate : .reused
            }
            guard count < SessionEvent.mostPerSession, bytes + event.data.weight <= SessionEvent.mostBytesPerSession
            else {
                return .full
            }
            count += 1
            bytes += event.data.weight
            if let id = event.eventId { known[id] = event }
            events.append(event)
            return .stored
        }
        guard results.contains(.stored) else { return LateEventsAdded(results: results, isRejudging: false) }
        apply([])
        updatedAt = now
        let isRejudging = judgeAgain(at: now)
        if !isRejudging, pipeline.files.state != .idle {
            // A worker that is writing the files now does not have these events. Without its lease its result is
            // rejected.
            writeFilesAgain(Pipeline.Job(state: .pending))
        }
        return LateEventsAdded(results: results, isRejudging: isRejudging)
    }

    /// False for a session that is not judged, or was judged too often.
    private mutating func judgeAgain(at now: Date) -> Bool {
        guard endTrigger != Self.neverConnected, judged < Self.mostRevisions else { return false }
        switch pipeline.scoring.state {
        case .idle, .failed: return false
        // The worker that takes the job will see these events.
        case .pending: break
        // A worker that is judging now does not see them.
        case .leased, .done:
            pipeline.scoring = Pipeline.Job(state: .pending)
            pipeline.scoring.notBefore = now.addingTimeInterval(Self.rejudgingPause)
        }
        // The files are written again with the new score.
        writeFilesAgain(Pipeline.Job())
        return true
    }

    /// How often the machine has judged it. What people change also raises the score's revision, and must neither use
    /// up nor extend what late events may cause.
    private var judged: Int {
        if let judgements { return judgements }
        let revision = score?.revision ?? 0
        guard let review, review.isReviewed else { return revision }
        return max(0, revision - review.revision)
    }

    /// Counts one more judgement.
    private mutating func noteJudgement(_ revision: Int) {
        // Until a person raises the revision, it counts the judgements.
        judgements = review?.isReviewed == true ? judged + 1 : max(judged + 1, revision)
    }

    /// Whether it waits for a trainer, and must not show one its numbers.
    private mutating func noteQueue() {
        awaitsReview = !reviewReasons.isEmpty
        hidesNumbers = isBlind
    }

    private mutating func writeFilesAgain(_ job: Pipeline.Job) {
        pipeline.files = job
        dataFilesWritten = false
        if phase == .filed { phase = score == nil ? .ended : .scored }
    }
}

extension SessionRecord {
    /// Stores the machine's score. What a person decided about an earlier one still counts.
    package mutating func take(_ card: Scorecard, outcome judged: Outcome) {
        noteJudgement(card.revision)
        if let review, review.isReviewed {
            var card = card
            // A person may have raised the revision while the machine was judging.
            card.revision = max(card.revision, (score?.revision ?? 0) + 1)
            machineScore = card
            outcome = judged
            let final = card.reviewed(by: review, in: self)
            score = final
            outcome = final.outcome ?? judged
        } else {
            score = card
            outcome = judged
        }
        phase = .scored
        pipeline.scoring.state = .done
        pipeline.files = Pipeline.Job(state: .pending)
        noteQueue()
    }

    /// Stores a review, and what follows from it: score, outcome, a new revision, and the files.
    package mutating func take(_ new: TrainerReview, at now: Date) {
        let wasReviewed = review?.isReviewed == true
        review = new
        if let machine = machineScore ?? score, new.isReviewed || wasReviewed {
            machineScore = machine
            var final = machine.reviewed(by: new, in: self)
            final.revision = score?.revision ?? machine.revision
            if final != score { final.revision += 1 }
            score = final
            outcome = final.outcome ?? outcome
        }
        noteQueue()
        updatedAt = now
        // A worker that is writing the files now does not have this. While scoring is due, it makes them due.
        if pipeline.files.state != .idle { writeFilesAgain(Pipeline.Job(state: .pending)) }
    }
}

extension Pipeline.Job {
    package init(state: State) {
        self.init()
        self.state = state
    }

    /// Without a conversation there is nothing to judge. The job counts as failed, so that no client waits for a score.
    package static var neverConnected: Pipeline.Job {
        var job = Pipeline.Job(state: .failed)
        job.lastError = "never_connected: no client ever connected"
        return job
    }

    /// How far ahead of now the time of a job may be, in seconds: more than any lease or pause lasts. One that is
    /// further ahead was set by a clock that has been put right since.
    package static let furthest: TimeInterval = 3_600

    /// Whether a worker may take the job.
    package func isDue(at now: Date) -> Bool {
        switch state {
        case .idle, .done, .failed: false
        case .pending: Self.isOver(notBefore, at: now)
        case .leased: Self.isOver(leaseUntil, at: now)
        }
    }

    package static func isOver(_ time: Date?, at now: Date) -> Bool {
        time.map { $0 <= now || $0 >= now + furthest } ?? true
    }
}

extension Date {
    /// BSON stores milliseconds. Dates are rounded before they are stored, so that they are equal when read back.
    package var inMilliseconds: Date { Date(bsonMilliseconds: bsonMilliseconds) }

    package init(bsonMilliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(bsonMilliseconds) / 1000)
    }

    /// Limited to the dates that BSON can represent.
    package var bsonMilliseconds: Int64 {
        Int64(exactly: (timeIntervalSince1970 * 1000).rounded()) ?? (timeIntervalSince1970 < 0 ? .min : .max)
    }
}

extension SessionRecord {
    /// This record as the answer to a repeated request.
    ///
    /// - Throws: `StorageError.idempotencyConflict` if the request was a different one.
    package func answering(_ asked: NewSession.Idempotency) throws -> SessionRecord {
        guard idempotency?.requestDigest == asked.requestDigest else {
            throw StorageError(.idempotencyConflict, "this Idempotency-Key came with another request before")
        }
        return self
    }
}
