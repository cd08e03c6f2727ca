import ArgumentParser

/// What becomes of the cells during a run.
enum CellPlan: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Of two cells one drains, one is cut off from the database and healed, one is lost with its folders.
    case disturb
    /// Two cells are stopped and started again, one after the other, as by an upgrade.
    case upgrade
    /// One cell becomes three, and one again.
    case scale

    var cells: Int { self == .scale ? 3 : 2 }

    /// Whether calls are short, with typed lines. Where silence is measured they are spoken.
    var hasFastCalls: Bool { self == .disturb }
}
