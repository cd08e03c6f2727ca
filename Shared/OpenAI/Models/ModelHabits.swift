import Synchronization

/// What a server has taught us about its models, remembered as long as the process runs.
final class ModelHabits: Sendable {
    struct Habit: Sendable {
        var conceded: Set<Concession> = []
        /// The model thinks, and needs more tokens than the answer has.
        var needsMoreTokens = false
    }

    /// Names of models also come from stored scores.
    private static let mostModels = 64

    private let habits = Mutex<[String: Habit]>([:])

    subscript(model: String) -> Habit { habits.withLock { $0[model] ?? Habit() } }

    /// - Returns: false if this was known.
    @discardableResult
    func learn(_ model: String, _ change: (inout Habit) -> Bool) -> Bool {
        habits.withLock { habits in
            guard habits[model] != nil || habits.count < Self.mostModels else { return false }
            return change(&habits[model, default: Habit()])
        }
    }
}
