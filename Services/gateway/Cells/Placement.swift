import Storage

/// Where a new session should run.
enum Placement {
    /// The cell with the fewest sessions among those that take any; nil if there is no choice.
    ///
    /// - Parameters:
    ///   - placed: sessions that were placed since the cells last said how many they have.
    ///   - own: our own cell, which wins a tie.
    static func cell(among cells: [Cell], placed: [String: Int], own: String?) -> String? {
        guard cells.count > 1 else { return nil }
        return cells.filter { !$0.isDraining }.min { first, second in
            rank(first, placed, own) < rank(second, placed, own)
        }?.name
    }

    private static func rank(_ cell: Cell, _ placed: [String: Int], _ own: String?) -> (Int, Int, String) {
        (cell.sessions + (placed[cell.name] ?? 0), cell.name == own ? 0 : 1, cell.name)
    }
}
