import Domain
import Testing

@testable import Conversation
@testable import RelayService

@Suite struct WorkerChoiceTests {
    private let ids = (1...50).compactMap { SessionID(number: $0) }

    private func assign(_ workers: [String]) -> [SessionID: String] {
        var assigned: [SessionID: String] = [:]
        for id in ids {
            let loads = assigned.values.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            assigned[id] = WorkerChoice.pick(for: id, among: workers, loads: loads, sessions: assigned.count + 1)
        }
        return assigned
    }

    private func loads(_ assigned: [SessionID: String]) -> [Int] {
        assigned.values.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }.values.sorted()
    }

    @Test(arguments: [1, 2, 3, 4, 7])
    func `sessions are spread evenly over any number of workers`(count: Int) {
        let loads = loads(assign((1...count).map(String.init)))
        let mean = 50.0 / Double(count)
        #expect(loads.count == count)
        #expect(loads.allSatisfy { abs(Double($0) - mean) <= 1 }, "\(loads)")
    }

    @Test func `a new worker takes its share and no other sessions move`() {
        let before = assign(["1", "2"])
        let taken = WorkerChoice.relief(for: "3", workers: 3, assigned: before)
        var after = before
        for id in taken { after[id] = "3" }
        #expect(loads(after).allSatisfy { (16...17).contains($0) }, "\(loads(after))")
        #expect(taken.count <= 17)
    }

    @Test func `without workers none is picked, and a full one is better than none`() {
        #expect(WorkerChoice.pick(for: ids[0], among: [], loads: [:], sessions: 1) == nil)
        #expect(WorkerChoice.pick(for: ids[0], among: ["1"], loads: ["1": 99], sessions: 1) == "1")
        #expect(WorkerChoice.relief(for: "1", workers: 0, assigned: [:]).isEmpty)
    }
}
