/// How well disposed the customer is, 0 (leaves) to 10 (convinced). It is the persona's, made by the supervisor from what
/// the trainee said; it is never read from the trainee's voice.
public enum Attitude {
    public static let range = 0...10
    /// The most that one evaluation may move it, either way.
    public static let largestStep = 2

    /// What a proposed value becomes: inside the range and at most one step from the last one.
    public static func bounded(_ proposed: Int, after last: Int) -> Int {
        let last = min(max(last, range.lowerBound), range.upperBound)
        return min(max(proposed, max(range.lowerBound, last - largestStep)), min(range.upperBound, last + largestStep))
    }

    public enum Direction: String, Codable, Sendable {
        case rising, falling, steady

        public init(from last: Int, to next: Int) {
            self = next > last ? .rising : next < last ? .falling : .steady
        }
    }
}

/// How a session can end, for the record and the statistics.
public enum Outcome: String, Codable, CaseIterable, Sendable {
    case converted
    case rejected
    case walkedAway = "walked_away"
}
