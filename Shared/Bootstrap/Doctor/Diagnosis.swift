/// One thing that `--doctor` has looked at, as one line: how it is and, if it is not as it should be, what to do.
public struct Diagnosis: Hashable, Sendable {
    public enum State: String, Sendable {
        case fine = "ok"
        /// It works, but an operator should look at it.
        case doubtful = "LOOK"
        /// Something does not work until it is mended.
        case wrong = "WRONG"
    }

    public let state: State
    /// One word or two: `settings`, `DATA_DIR`.
    public let subject: String
    public let finding: String
    /// What to do, as a sentence; empty if there is nothing to do.
    public let advice: String

    private init(_ state: State, _ subject: String, _ finding: String, _ advice: String) {
        self.state = state
        self.subject = subject
        self.finding = finding
        self.advice = advice
    }

    public static func fine(_ subject: String, _ finding: String) -> Diagnosis {
        Diagnosis(.fine, subject, finding, "")
    }

    public static func doubtful(_ subject: String, _ finding: String, do advice: String) -> Diagnosis {
        Diagnosis(.doubtful, subject, finding, advice)
    }

    public static func wrong(_ subject: String, _ finding: String, do advice: String) -> Diagnosis {
        Diagnosis(.wrong, subject, finding, advice)
    }

    /// A setting that is refused.
    public static func wrong(_ error: SettingError) -> Diagnosis {
        .wrong("settings", error.description, do: "Correct it; --help says what is allowed.")
    }

    public var line: String {
        let text = advice.isEmpty ? "\(subject): \(finding)" : "\(subject): \(finding). \(advice)"
        let oneLine = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return state.rawValue.padded(to: 6) + oneLine
    }
}

extension String {
    fileprivate func padded(to length: Int) -> String {
        self + String(repeating: " ", count: max(1, length - count))
    }
}
