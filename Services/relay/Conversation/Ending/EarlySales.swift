import Domain

/// Sales that the customer states before he is convinced: they are refused, and the call goes on. A model that insists
/// is not asked to speak again and again.
struct EarlySales {
    enum Reason {
        /// The attitude is too low.
        case unconvinced
        /// The conversation has hardly begun.
        case tooSoon
    }

    /// Refusals in a row, without a word of the trainee, after which the customer is asked to speak on.
    private static let mostAnswers = 2
    /// Claims recorded in a session.
    private static let mostClaims = 20

    private var inARow = 0
    private var refused = 0

    /// The trainee has spoken.
    mutating func traineeSpoke() {
        inARow = 0
    }

    /// - Returns: whether to record the claim, and whether to have the customer speak on. If not, he is silent until the
    ///   trainee speaks, or the silence is long.
    mutating func refuse() -> (isRecorded: Bool, speaksOn: Bool) {
        inARow += 1
        refused += 1
        return (refused <= Self.mostClaims, inARow <= Self.mostAnswers)
    }
}
