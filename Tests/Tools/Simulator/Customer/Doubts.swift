/// The objection that the customer has raised and that waits for an answer.
struct Doubts: Hashable, Sendable {
    enum Verdict: Hashable, Sendable {
        /// It was taken up.
        case settled
        /// It was passed over twice.
        case insists(String)
    }

    private var open: String?
    private var timesIgnored = 0

    mutating func raise(_ doubt: String) {
        open = doubt
        timesIgnored = 0
    }

    /// What the trainee's words do to it; nil if there is none, or if the customer still waits.
    mutating func weigh(_ remark: Remark) -> Verdict? {
        guard let doubt = open else { return nil }
        // Almost everything is about the device, so that its topic alone says little.
        let shared = remark.topics.intersection(Remark(doubt).topics).subtracting([.device])
        let isTakenUp =
            remark.showsEmpathy || !shared.isEmpty
            || !WordList(doubt).stems.isDisjoint(with: WordList(remark.text).stems)
        if isTakenUp {
            open = nil
            return .settled
        }
        timesIgnored += 1
        guard timesIgnored > 1 else { return nil }
        open = nil
        return .insists(doubt)
    }
}
