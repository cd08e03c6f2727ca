public import Domain

/// Which cells live, as one process sees it: a cell whose heartbeats stop changing for ten seconds is dead, or for four
/// if its relays have all said that they stop.
///
/// Only the process's own monotonic clock counts, and only time in which it really looked. So neither a wrong clock nor
/// a pause of the observer makes a living cell dead; the price is that a process must watch for ten seconds before
/// anyone is dead to it.
public struct CellWatch: Sendable {
    public typealias Instant = ContinuousClock.Instant

    /// Between two heartbeats, and between two looks.
    public static let interval = Duration.seconds(2)
    public static let deadAfter = Duration.seconds(10)
    /// One that starts again has told so by then, or a restart would cost it sessions that it has claimed since our last
    /// look.
    static let goneAfter = Duration.seconds(4)
    /// After a longer gap between two looks the watch starts over, because nobody saw what happened in between.
    public static let longestGap = Duration.seconds(6)
    private static let rememberedFor = Duration.seconds(86_400)

    private struct Seen {
        var member: CellMember
        var changed: Instant
        /// It has changed while we looked, so its relay lives and its entry is not one that a dead relay left.
        var hasChanged = false
        /// Its relay has stopped in order, and taken its entry away.
        var hasLeft = false
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
        // Kept for a day, so that its sessions are left to their clients first, like those of a relay that died.
        var next = seen.mapValues { gone in
            guard !gone.hasLeft else { return gone }
            var gone = gone
            (gone.hasLeft, gone.changed) = (true, now)
            return gone
        }.filter { now - $0.value.changed < Self.rememberedFor }
        for member in members {
            guard let before = seen[member.id], !before.hasLeft else {
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

    /// Whether nothing has been seen of a cell for ten seconds, or for four after all of its relays have stopped.
    public func isDead(_ cell: String, at now: Instant) -> Bool {
        guard let silence = silence(of: cell, at: now) else { return false }
        let members = seen.values.filter { $0.member.cell == cell }
        let hasLeft = !members.isEmpty && members.allSatisfy(\.hasLeft)
        return silence >= (hasLeft ? Self.goneAfter : Self.deadAfter)
    }

    /// Whether a cell may run a session that has this owner.
    public func mayTake(_ owner: Ownership?, as cell: String, at now: Instant) -> Bool {
        guard let owner, !owner.isReleased, owner.cell != cell else { return true }
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
        let members = seen.values.filter { $0.hasChanged && !$0.hasLeft && last - $0.changed < Self.deadAfter }.map(
            \.member)
        return Dictionary(grouping: members, by: \.cell).map { name, members in
            Cell(
                name: name, sessions: members.reduce(0) { $0 + $1.sessions },
                isDraining: members.allSatisfy(\.isDraining),
                address: members.sorted { $0.instance < $1.instance }.compactMap(\.address).first)
        }.sorted { $0.name < $1.name }
    }
}
