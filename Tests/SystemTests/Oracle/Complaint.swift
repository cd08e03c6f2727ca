/// Something in a record that is not as it was.
struct Complaint: Hashable, Sendable, CustomStringConvertible {
    /// a: the trainee's words · b: the customer's words · c: order and times · d: numbered messages · e: the line
    /// upstream · f: the end.
    var check: String
    var text: String

    init(_ check: String, _ text: String) {
        self.check = check
        self.text = text
    }

    var description: String { "(\(check)) \(text)" }
}

extension [Complaint] {
    /// One a line, for the message of a test.
    var list: String { map { "\n  \($0)" }.joined() }
}
