import Domain

/// What the supervisor's evaluations say so far: the customer's attitude, and whether the session should end.
struct Evaluations {
    private(set) var attitude: Int
    private(set) var direction: Attitude.Direction
    /// The number of the last accepted evaluation; an older one that comes later is dropped.
    private(set) var evalSeq: Int
    /// Ids of the utterances that verdicts covered.
    private(set) var judged: Set<String>
    private var lastWish: Outcome?
    /// Two evaluations in a row want the session to end like this.
    private(set) var agreedOutcome: Outcome?

    init(attitude: Int, direction: Attitude.Direction = .steady, evalSeq: Int = 0, judged: Set<String> = []) {
        self.direction = direction
        self.judged = judged
        self.attitude = min(max(attitude, Attitude.range.lowerBound), Attitude.range.upperBound)
        self.evalSeq = evalSeq
    }

    /// - Parameter said: ids of all utterances: a verdict that names none covers all.
    /// - Returns: false when the verdict is not newer than the last one, and changes nothing.
    mutating func take(_ verdict: Verdict, said: @autoclosure () -> [String] = []) -> Bool {
        guard pass(verdict.evalSeq) else { return false }
        judged.formUnion(verdict.judged ?? said())
        let next = Attitude.bounded(verdict.attitude, after: attitude)
        direction = next == verdict.attitude ? verdict.direction : Attitude.Direction(from: attitude, to: next)
        attitude = next
        let wish = verdict.shouldEnd ? verdict.outcome : nil
        agreedOutcome = wish != nil && wish == lastWish ? wish : nil
        lastWish = wish
        return true
    }

    /// An evaluation that failed: verdicts of older evaluations no longer count.
    ///
    /// - Returns: false when it is not newer than the last evaluation.
    mutating func takeFailure(of evalSeq: Int) -> Bool { pass(evalSeq) }

    private mutating func pass(_ number: Int) -> Bool {
        guard number > evalSeq else { return false }
        evalSeq = number
        return true
    }
}
