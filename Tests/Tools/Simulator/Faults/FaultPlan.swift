import SeededRandom
import Synchronization

/// The configured faults, and how many occasions each has had. Shared by all sessions; can be changed at any time.
final class FaultPlan: Sendable {
    private struct Entry {
        var fault: Fault
        var occasions = 0
        var fired = 0
    }

    private struct State {
        var entries: [Entry]
        var random: SplitMix64
    }

    private let state: Mutex<State>

    init(_ faults: [Fault] = [], seed: UInt64) {
        state = Mutex(State(entries: faults.map { Entry(fault: $0) }, random: SplitMix64(seed: seed)))
    }

    var faults: [Fault] {
        get { state.withLock { $0.entries.map(\.fault) } }
        set { state.withLock { $0.entries = newValue.map { Entry(fault: $0) } } }
    }

    /// The fault that strikes on this occasion; nil if none does.
    func fires(_ kind: Fault.Kind) -> Fault? {
        state.withLock { state in
            for index in state.entries.indices where state.entries[index].fault.kind == kind {
                state.entries[index].occasions += 1
                let entry = state.entries[index]
                if let nth = entry.fault.nth, nth != entry.occasions { continue }
                if let times = entry.fault.times, entry.fired >= times { continue }
                if let probability = entry.fault.probability, state.random.unit() >= probability { continue }
                state.entries[index].fired += 1
                return entry.fault
            }
            return nil
        }
    }
}
