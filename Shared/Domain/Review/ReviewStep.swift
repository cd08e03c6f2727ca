public import Foundation

/// One step of a trainer's review. What it leaves out stays as it is.
public struct ReviewStep: Hashable, Sendable {
    public struct Score: Hashable, Sendable {
        public var id: String
        public var score: Int
        /// Nil from a person who does not know the machine's score: then the difference says it.
        public var reason: TrainerReview.Reason?
        public var note: String?

        public init(id: String, score: Int, reason: TrainerReview.Reason? = nil, note: String? = nil) {
            self.id = id
            self.score = score
            self.reason = reason
            self.note = note
        }
    }

    public struct Decision: Hashable, Sendable {
        public var findingId: String
        public var decision: TrainerReview.Decision.Verdict
        public var note: String?

        public init(findingId: String, decision: TrainerReview.Decision.Verdict, note: String? = nil) {
            self.findingId = findingId
            self.decision = decision
            self.note = note
        }
    }

    public struct Answer: Hashable, Sendable {
        public var disputeId: String
        public var text: String

        public init(disputeId: String, text: String) {
            self.disputeId = disputeId
            self.text = text
        }
    }

    /// The review's revision that the person saw; 0 if there was none.
    public var revision: Int
    /// Revision of the machine's score that the person saw. Nil if none was shown, or from a client that does not say.
    public var scoreRevision: Int?
    /// All corrections from now on; a category that is left out counts as the machine scored it.
    public var categories: [Score]?
    /// All settled findings from now on.
    public var findings: [Decision]?
    public var answer: Answer?

    public init(
        revision: Int, scoreRevision: Int? = nil, categories: [Score]? = nil, findings: [Decision]? = nil,
        answer: Answer? = nil
    ) {
        self.revision = revision
        self.scoreRevision = scoreRevision
        self.categories = categories
        self.findings = findings
        self.answer = answer
    }

    /// Whether it decides about scores or findings, and does not only answer.
    public var decides: Bool { categories != nil || findings != nil }

    /// Whether it gives every category of a score one of a person's.
    public func scoresAll(of machine: Scorecard) -> Bool {
        Set(machine.categories.keys).isSubset(of: (categories ?? []).map(\.id))
    }

    /// Whether it gives no reasons, like a form without the machine's numbers.
    public var hasNoReasons: Bool { (categories ?? []).allSatisfy { $0.reason == nil } }
}

/// Why a step was refused.
public enum ReviewRefusal: Error, Hashable, Sendable {
    /// Somebody else was first; the review has this revision now.
    case changed(revision: Int)
    /// The machine has judged the session again; its score has this revision now.
    case judgedAgain(revision: Int)
    /// The part of the step at `pointer` (RFC 6901) is not possible.
    case invalid(pointer: String, detail: String)
    case notScored
    case noSuchDispute
    case answered
    /// An earlier dispute waits for its answer.
    case disputeOpen
    case tooManyDisputes
    case tooManyChanges
}

extension TrainerReview {
    /// The review after a step.
    ///
    /// - Parameters:
    ///   - machine: the machine's score.
    ///   - isBlind: the session is in the blind sample, and the machine's numbers were not shown with it.
    ///   - hasSeen: the person has seen them before. Such scores do not count as blind.
    ///   - talkCap: maximum score of any category, because the conversation was short.
    ///   - person: name of the API key.
    public func after(
        _ step: ReviewStep, of machine: Scorecard, isBlind: Bool, hasSeen: Bool = false, talkCap: Int? = nil,
        by person: String, at now: Date
    ) throws(ReviewRefusal) -> TrainerReview {
        // Answers and disputes raise the revision, too, and overtake nobody's decisions.
        guard step.revision <= revision, !step.decides || step.revision >= lastDecided else {
            throw .changed(revision: revision)
        }
        var review = try next()
        if step.decides, let seen = step.scoreRevision, seen != machine.revision {
            throw .judgedAgain(revision: machine.revision)
        }
        if isBlind, !isReviewed, step.decides {
            guard step.scoresAll(of: machine) else {
                throw .invalid(
                    pointer: "/categories",
                    detail: "a session of the blind sample needs a score for each of "
                        + machine.categories.keys.sorted().joined(separator: ", "))
            }
        }
        if let scores = step.categories {
            review.categories = try corrections(scores, machine, isBlind: isBlind, by: person, at: now)
            if isBlind, !hasSeen, blind == nil, !isReviewed {
                review.blind = review.categories.map {
                    BlindScore(
                        id: $0.id, human: $0.score, machine: $0.machine,
                        capped: machine.isCapped($0.id, talkCap: talkCap) ? true : nil)
                }
            }
        }
        if let decisions = step.findings {
            review.findings = try settled(decisions, machine, by: person, at: now)
        }
        if step.decides {
            review.reviewedBy = person
            review.reviewedAt = now
            review.reviewedRevision = machine.revision
            review.decidedRevision = review.revision
        }
        if let answer = step.answer {
            guard let index = disputes.firstIndex(where: { $0.id == answer.disputeId }) else {
                throw .noSuchDispute
            }
            guard disputes[index].answer == nil else { throw .answered }
            review.disputes[index].answer = Dispute.Answer(text: answer.text, by: person, at: now)
        }
        return review
    }

    /// The review with one more dispute.
    public func disputed(_ text: String, by person: String, at now: Date) throws(ReviewRefusal) -> TrainerReview {
        guard openDispute == nil else { throw .disputeOpen }
        guard disputes.count < Dispute.most else { throw .tooManyDisputes }
        var review = try next()
        review.disputes.append(Dispute(id: "d\(disputes.count + 1)", text: text, by: person, at: now))
        return review
    }

    private func next() throws(ReviewRefusal) -> TrainerReview {
        guard revision < Self.most else { throw .tooManyChanges }
        var review = self
        review.revision += 1
        return review
    }

    /// What nobody changed keeps its author, also beside a new score of the machine if its reason fits that one.
    private func corrections(
        _ scores: [ReviewStep.Score], _ machine: Scorecard, isBlind: Bool, by person: String, at now: Date
    ) throws(ReviewRefusal) -> [Correction] {
        var corrections: [Correction] = []
        for (index, score) in scores.enumerated() {
            let place = "/categories/\(index)"
            guard let own = machine.categories[score.id] else {
                throw .invalid(
                    pointer: "\(place)/id",
                    detail: "must be one of \(machine.categories.keys.sorted().joined(separator: ", "))")
            }
            guard !corrections.contains(where: { $0.id == score.id }) else {
                throw .invalid(pointer: "\(place)/id", detail: "may occur only once")
            }
            let reason = isBlind ? nil : score.reason
            let earlier = categories.first {
                $0.id == score.id && $0.score == score.score && $0.note == score.note
                    && (reason == nil || $0.reason == reason)
            }
            if let earlier, earlier.machine == own {
                corrections.append(earlier)
                continue
            }
            let given = reason ?? earlier?.reason
            if let given, !given.fits(score.score, machine: own) {
                throw .invalid(
                    pointer: "\(place)/reason",
                    detail: "\(given.rawValue) does not fit \(score.score) beside the machine's \(own)")
            }
            if var kept = earlier {
                kept.machine = own
                corrections.append(kept)
                continue
            }
            guard let cause = given ?? (isBlind ? Reason.of(score.score, machine: own) : nil) else {
                throw .invalid(
                    pointer: "\(place)/reason",
                    detail: "must be one of \(Reason.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            corrections.append(
                Correction(
                    id: score.id, score: score.score, machine: own, reason: cause, note: score.note, by: person,
                    at: now))
        }
        return corrections
    }

    private func settled(
        _ decisions: [ReviewStep.Decision], _ machine: Scorecard, by person: String, at now: Date
    ) throws(ReviewRefusal) -> [Decision] {
        var settled: [Decision] = []
        for (index, decision) in decisions.enumerated() {
            let place = "/findings/\(index)/findingId"
            guard let finding = machine.findings.first(where: { $0.findingId == decision.findingId }),
                finding.status != .satisfied
            else { throw .invalid(pointer: place, detail: "must be a finding of this session that can be settled") }
            guard !settled.contains(where: { $0.findingId == decision.findingId }) else {
                throw .invalid(pointer: place, detail: "may occur only once")
            }
            if let earlier = findings.first(where: { $0.findingId == decision.findingId }),
                earlier.decision == decision.decision, earlier.note == decision.note
            {
                settled.append(earlier)
                continue
            }
            settled.append(
                Decision(
                    findingId: decision.findingId, decision: decision.decision, note: decision.note, by: person,
                    at: now))
        }
        return settled
    }
}
