import Domain

/// The supervisor's view as the session keeps it: the customer's attitude, and whether it is time to go.
struct Supervision {
    private(set) var attitude: Int
    private(set) var direction: Attitude.Direction
    /// Of the last evaluation that was taken over; one that comes after a newer one is dropped.
    private(set) var evalSeq: Int
    /// Ids of the lines that verdicts have been about.
    private(set) var judged: Set<String>
    private var lastWish: Outcome?
    /// Two evaluations in a row want the session to end like this.
    private(set) var agreedEnd: Outcome?

    init(attitude: Int, direction: Attitude.Direction = .steady, evalSeq: Int = 0, judged: Set<String> = []) {
        self.direction = direction
        self.judged = judged
        self.attitude = min(max(attitude, Attitude.range.lowerBound), Attitude.range.upperBound)
        self.evalSeq = evalSeq
    }

    /// - Parameter said: ids of the lines there are: what a verdict is about that does not say it.
    /// - Returns: false when the verdict is not newer than the last one, and nothing is taken over.
    mutating func take(_ verdict: Verdict, said: @autoclosure () -> [String] = []) -> Bool {
        guard pass(verdict.evalSeq) else { return false }
        judged.formUnion(verdict.judged ?? said())
        let next = Attitude.bounded(verdict.attitude, after: attitude)
        direction = next == verdict.attitude ? verdict.direction : Attitude.Direction(from: attitude, to: next)
        attitude = next
        let wish = verdict.shouldEnd ? verdict.outcome : nil
        agreedEnd = wish != nil && wish == lastWish ? wish : nil
        lastWish = wish
        return true
    }

    /// An evaluation that came to nothing: what it could have agreed with no longer stands directly before the next.
    mutating func takeFailure(of evalSeq: Int) -> Bool { pass(evalSeq) }

    private mutating func pass(_ number: Int) -> Bool {
        guard number > evalSeq else { return false }
        evalSeq = number
        return true
    }
}
