public import Domain

/// Which cells live, as one process sees it: a cell whose heartbeats stop changing for ten seconds is dead.
///
/// Only the process's own monotonic clock counts, and only time in which it really looked. So neither a wrong clock nor
/// a pause of the observer makes a living cell dead; the price is that a process must watch for ten seconds before
/// anyone is dead to it.
public struct CellWatch: Sendable {
    public typealias Instant = ContinuousClock.Instant

    /// Between two heartbeats, and between two looks.
    public static let interval = Duration.seconds(2)
    public static let deadAfter = Duration.seconds(10)
    /// After a longer gap between two looks the watch starts over, because nobody saw what happened in between.
    static let longestGap = Duration.seconds(6)

    private struct Seen {
        var member: CellMember
        var changed: Instant
        /// It has changed while we looked, so its relay lives and its entry is not one that a dead relay left.
        var hasChanged = false
    }

    private var seen: [String: Seen] = [:]
    /// When the watch began, without a gap since.
    private var since: Instant?
    private var last: Instant?

    public init() {}

    /// Takes in what the database holds.
    ///
    /// - Parameter now: when it was asked.
    public mutating func look(_ members: [CellMember], at now: Instant) {
        if last.map({ now - $0 > Self.longestGap }) ?? true {
            since = now
            seen = [:]
        }
        last = now
        var next: [String: Seen] = [:]
        for member in members {
            guard let before = seen[member.id] else {
                next[member.id] = Seen(member: member, changed: now)
                continue
            }
            let isSame = before.member.beat == member.beat
            next[member.id] = Seen(
                member: member, changed: isSame ? before.changed : now, hasChanged: before.hasChanged || !isSame)
        }
        seen = next
    }

    // MARK: Death

    /// Whether nothing has been seen of a cell for ten seconds.
    public func isDead(_ cell: String, at now: Instant) -> Bool {
        silence(of: cell, at: now).map { $0 >= Self.deadAfter } ?? false
    }

    /// Whether a cell may run a session that has this owner.
    public func mayTake(_ owner: Ownership?, as cell: String, at now: Instant) -> Bool {
        guard let owner, owner.cell != cell else { return true }
        return isDead(owner.cell, at: now)
    }

    /// The cells that have not been dead for so long: nobody takes their sessions over without being asked. Nil while
    /// the watch is too young to know.
    public func sparing(longerThan time: Duration, at now: Instant) -> Set<String>? {
        guard let since, let last, now - last <= Self.longestGap, last - since >= Self.deadAfter + time else {
            return nil
        }
        return Set(
            seen.values.filter { last - $0.changed < Self.deadAfter + time }.map(\.member.cell))
    }

    /// How long nothing has been seen of a cell; nil if we have not looked lately.
    private func silence(of cell: String, at now: Instant) -> Duration? {
        guard let since, let last, now - last <= Self.longestGap else { return nil }
        let sign = seen.values.filter { $0.member.cell == cell }.map(\.changed).max() ?? since
        return last - max(sign, since)
    }

    // MARK: Life

    /// The cells that were seen to live, by name.
    public func living(at now: Instant) -> [Cell] {
        guard let last, now - last <= Self.longestGap else { return [] }
        let members = seen.values.filter { $0.hasChanged && last - $0.changed < Self.deadAfter }.map(\.member)
        return Dictionary(grouping: members, by: \.cell).map { name, members in
            Cell(
                name: name, sessions: members.reduce(0) { $0 + $1.sessions },
                isDraining: members.allSatisfy(\.isDraining),
                address: members.sorted { $0.instance < $1.instance }.compactMap(\.address).first)
        }.sorted { $0.name < $1.name }
    }
}
