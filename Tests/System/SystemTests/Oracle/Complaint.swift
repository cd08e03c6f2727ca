/// A difference between a record and what happened.
struct Complaint: Hashable, Sendable, CustomStringConvertible {
    /// a: the trainee's words · b: the customer's words · c: order and times · d: numbered messages · e: the upstream ·
    /// f: the end.
    var check: String
    var text: String

    init(_ check: String, _ text: String) {
        self.check = check
        self.text = text
    }

    var description: String { "(\(check)) \(text)" }
}

extension [Complaint] {
    /// One per line, for the message of a test.
    var list: String { map { "\n  \($0)" }.joined() }
}
