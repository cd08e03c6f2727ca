/// How well disposed the customer is, from 0 (leaves) to 10 (convinced). The supervisor derives it from what the
/// trainee said, never from the trainee's voice.
public enum Attitude {
    public static let range = 0...10
    /// Maximum change by one evaluation, in either direction.
    public static let largestStep = 2

    /// The proposed value, limited to the range and to one step from the last value.
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
