/// How hard it is to win a customer.
public enum Difficulty: String, Codable, CaseIterable, Sendable {
    case easy, medium, hard

    /// - Parameter attitude: with which the persona begins, 0…10.
    public init(initialAttitude attitude: Int) {
        self =
            switch attitude {
            case ...2: .hard
            case 3...4: .medium
            default: .easy
            }
    }
}

extension Persona {
    /// The decade of its age, as in `40-49`. Nobody is under 18.
    public var ageGroup: String {
        let decade = age / 10 * 10
        return "\(max(decade, 18))-\(decade + 9)"
    }
}
