import Synchronization

/// What we have learned about a server's models, kept as long as the process runs.
final class ModelHabits: Sendable {
    struct Habit: Sendable {
        var conceded: Set<Concession> = []
        /// The model reasons before it answers and needs a higher token limit.
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
