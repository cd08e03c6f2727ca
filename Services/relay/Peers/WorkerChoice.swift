import Domain
import Wire

/// Which worker a session goes to: the first in the order of rendezvous hashing that does not have its fair share
/// already (Mirrokni, Thorup, Zadimoghaddam, "Consistent Hashing with Bounded Loads", 2016). The load stays even, and
/// most sessions find the same worker again.
enum WorkerChoice {
    /// The maximum number of sessions per worker: its share, rounded up.
    static func most(sessions: Int, workers: Int) -> Int {
        guard workers > 0 else { return 0 }
        return (max(sessions, 1) + workers - 1) / workers
    }

    /// - Parameters:
    ///   - workers: instance names.
    ///   - loads: the number of sessions of each worker.
    ///   - sessions: the number of all sessions, including this one.
    static func pick(for id: SessionID, among workers: [String], loads: [String: Int], sessions: Int) -> String? {
        let most = most(sessions: sessions, workers: workers.count)
        let ranked = workers.sorted { likes($0, id) > likes($1, id) }
        return ranked.first { loads[$0, default: 0] < most } ?? ranked.first
    }

    static func likes(_ worker: String, _ id: SessionID) -> UInt64 {
        Rendezvous.weight(of: worker, for: id.text)
    }

    /// The sessions that a new worker takes from workers above their share, those with the highest weight for it first.
    static func relief(for newcomer: String, workers: Int, assigned: [SessionID: String]) -> [SessionID] {
        let most = most(sessions: assigned.count, workers: workers)
        var loads = assigned.values.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        var taken: [SessionID] = []
        for (id, worker) in assigned.sorted(by: { likes(newcomer, $0.key) > likes(newcomer, $1.key) }) {
            guard loads[newcomer, default: 0] < most else { break }
            guard worker != newcomer, loads[worker, default: 0] > most else { continue }
            loads[worker, default: 0] -= 1
            loads[newcomer, default: 0] += 1
            taken.append(id)
        }
        return taken
    }
}
