import Domain
import Foundation

// The times of what is quoted, on the clock of the replay.
extension SessionView {
    /// Longest list of times after a reason.
    private static let mostTimes = 5

    /// A remark that rests on a quote, with the time of the quote: `… («words», 1:23)`. Others as they are. A better
    /// line may follow; it was never said.
    func timed(remark: String) -> String {
        let end = remark.range(of: "Say instead: ")?.lowerBound ?? remark.endIndex
        guard let opening = remark.range(of: "(«", options: .backwards, range: remark.startIndex..<end),
            let closing = remark.range(of: "»)", range: opening.upperBound..<end)
        else { return remark }
        let words = remark[opening.upperBound..<closing.lowerBound]
        guard !words.isEmpty, let line = record.transcript.first(where: { $0.text.contains(words) }) else {
            return remark
        }
        return remark.replacingCharacters(in: closing, with: "», \(Self.clock(line.startTime)))")
    }

    /// A reason that is the message of findings, with their times: `… (1:28, 3:05)`. Others as they are.
    func timed(reason: String) -> String {
        let times = findings.filter { $0.message == reason }.map(\.time).sorted().map(Self.clock)
        guard !times.isEmpty else { return reason }
        let more = times.count > Self.mostTimes ? ", …" : ""
        return "\(reason) (\(times.prefix(Self.mostTimes).joined(separator: ", "))\(more))"
    }
}
