import Testing
import Wire

@Suite struct RendezvousTests {
    private let sessions = (1...1_000).map { "BAT-\($0)" }

    @Test func `every process picks the same instance, in whatever order it sees them`() {
        // Fixed values, because another version of a process must pick the same instances.
        let picks = ["BAT-001", "BAT-002", "BAT-003", "BAT-004", "BAT-005", "BAT-006"].map {
            Rendezvous.pick(for: $0, among: ["a-1", "b-2", "c-3"])
        }
        #expect(picks == ["a-1", "c-3", "b-2", "b-2", "b-2", "a-1"])
        for session in sessions {
            #expect(
                Rendezvous.pick(for: session, among: ["x", "y", "z"])
                    == Rendezvous.pick(for: session, among: ["z", "x", "y"]))
        }
    }

    @Test func `sessions spread evenly, also over similar names`() {
        let instances = (1...4).map { "host-\(1000 + $0)" }
        let counts = Dictionary(grouping: sessions) { Rendezvous.pick(for: $0, among: instances) }.mapValues(\.count)
        #expect(counts.count == 4)
        #expect(counts.values.allSatisfy { (200...300).contains($0) }, "\(counts)")
    }

    @Test func `a new instance takes its share and moves nothing else`() {
        let before = ["a", "b", "c"]
        var moved = 0
        for session in sessions {
            let old = Rendezvous.pick(for: session, among: before)
            let new = Rendezvous.pick(for: session, among: before + ["d"])
            if old != new {
                moved += 1
                #expect(new == "d")
            }
        }
        #expect((180...320).contains(moved))
    }

    @Test func `no instance is picked from none`() {
        #expect(Rendezvous.pick(for: "BAT-001", among: []) == nil)
    }
}
