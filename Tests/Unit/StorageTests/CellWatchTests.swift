import Domain
import Foundation
import Testing

@testable import Storage

/// Who is dead and who lives, seen by one process.
@Suite struct CellWatchTests {
    private let start = ContinuousClock.now
    private var watch = CellWatch()

    private func member(_ cell: String, _ beat: Int, instance: String = "r1", sessions: Int = 0, draining: Bool = false)
        -> CellMember
    {
        CellMember(
            cell: cell, instance: instance, beat: beat, heartbeat: Date(), sessions: sessions, isDraining: draining,
            address: "http://\(cell):3001")
    }

    /// Looks every two seconds from one second to another; a cell's beats come from its function.
    private mutating func look(_ seconds: ClosedRange<Int>, _ beats: [String: (Int) -> Int]) {
        for second in stride(from: seconds.lowerBound, through: seconds.upperBound, by: 2) {
            watch.look(beats.map { member($0.key, $0.value(second)) }, at: start + .seconds(second))
        }
    }

    private func owner(_ cell: String) -> Ownership { Ownership(cell: cell, epoch: 3) }

    @Test mutating func `a cell is dead when its heartbeat has not changed for ten seconds`() {
        look(0...20, ["a": { $0 }, "b": { min($0, 10) }])
        #expect(watch.isDead("b", at: start + .seconds(20)))
        #expect(!watch.isDead("a", at: start + .seconds(20)))
        look(22...22, ["a": { $0 }, "b": { _ in 11 }])
        #expect(!watch.isDead("b", at: start + .seconds(22)), "it was only slow")
    }

    @Test mutating func `a cell that is silent for less than ten seconds lives`() {
        look(0...18, ["b": { min($0, 10) }])
        #expect(!watch.isDead("b", at: start + .seconds(18)))
    }

    @Test mutating func `nobody is dead to a process that has just started`() {
        look(0...8, ["a": { $0 }])
        #expect(!watch.isDead("gone", at: start + .seconds(8)))
        look(10...10, ["a": { $0 }])
        #expect(watch.isDead("gone", at: start + .seconds(10)), "it has no heartbeat at all")
    }

    @Test mutating func `after a pause of its own a process watches anew`() {
        look(0...20, ["a": { $0 }, "b": { $0 }])
        #expect(!watch.isDead("b", at: start + .seconds(50)), "we have not looked lately")
        watch.look([member("a", 50), member("b", 20)], at: start + .seconds(50))
        #expect(!watch.isDead("b", at: start + .seconds(50)), "it may have beaten while we were away")
        look(52...60, ["a": { $0 }, "b": { _ in 20 }])
        #expect(watch.isDead("b", at: start + .seconds(60)))
    }

    @Test mutating func `a session may be taken from nobody, from one's own cell and from a dead one`() {
        look(0...20, ["a": { $0 }, "b": { $0 }, "c": { min($0, 4) }])
        let now = start + .seconds(20)
        #expect(watch.mayTake(nil, as: "a", at: now))
        #expect(watch.mayTake(owner("a"), as: "a", at: now))
        #expect(!watch.mayTake(owner("b"), as: "a", at: now))
        #expect(watch.mayTake(owner("c"), as: "a", at: now))
        #expect(watch.mayTake(owner(""), as: "a", at: now), "its owner has let it go")
    }

    @Test mutating func `one living relay keeps its cell alive`() {
        for second in stride(from: 0, through: 20, by: 2) {
            watch.look(
                [member("b", second, instance: "r1", sessions: 3), member("b", min(second, 2), instance: "r2")],
                at: start + .seconds(second))
        }
        #expect(!watch.isDead("b", at: start + .seconds(20)))
        #expect(
            watch.living(at: start + .seconds(20)) == [
                Cell(name: "b", sessions: 3, isDraining: false, address: "http://b:3001")
            ])
    }

    @Test mutating func `an entry that a dead relay left is no living cell`() {
        look(0...4, ["a": { $0 }, "old": { _ in 7 }])
        #expect(watch.living(at: start + .seconds(4)).map(\.name) == ["a"])
        #expect(watch.living(at: start + .seconds(30)).isEmpty, "we have not looked lately")
    }

    @Test mutating func `a cell drains when all its relays do`() {
        for second in [0, 2] {
            watch.look(
                [
                    member("a", second, instance: "r1", sessions: 1, draining: true),
                    member("a", second, instance: "r2", sessions: 2),
                    member("b", second, draining: true),
                ], at: start + .seconds(second))
        }
        let cells = watch.living(at: start + .seconds(2))
        #expect(cells.map(\.isDraining) == [false, true])
        #expect(cells.map(\.sessions) == [3, 0])
    }

    @Test mutating func `a cell whose relays have all stopped in order is dead soon, unless it starts again`() {
        func look(_ second: Int, _ instances: [String]) {
            watch.look(
                [member("a", second)] + instances.map { member("b", second, instance: $0) },
                at: start + .seconds(second))
        }
        for second in stride(from: 0, through: 12, by: 2) { look(second, ["r1", "r2"]) }
        look(14, ["r2"])
        #expect(!watch.isDead("b", at: start + .seconds(14)), "one of its relays lives")
        look(16, [])
        look(18, [])
        #expect(!watch.isDead("b", at: start + .seconds(18)), "it may be about to start again")
        #expect(watch.living(at: start + .seconds(18)).map(\.name) == ["a"])
        look(20, [])
        #expect(watch.isDead("b", at: start + .seconds(20)))
        #expect(
            watch.sparing(longerThan: .seconds(2), at: start + .seconds(20)) == ["a", "b"],
            "its sessions are left to their clients first")
        look(22, ["r1"])
        #expect(!watch.isDead("b", at: start + .seconds(22)), "it is back")
        for second in stride(from: 24, through: 38, by: 2) { look(second, []) }
        #expect(watch.sparing(longerThan: .seconds(2), at: start + .seconds(38)) == ["a"])
    }

    @Test mutating func `sessions of a dead cell are left to their clients first`() {
        look(0...14, ["a": { $0 }, "b": { min($0, 2) }])
        #expect(watch.sparing(longerThan: .seconds(6), at: start + .seconds(14)) == nil, "watched too short")
        look(16...16, ["a": { $0 }, "b": { _ in 2 }])
        #expect(watch.sparing(longerThan: .seconds(6), at: start + .seconds(16)) == ["a", "b"])
        look(18...18, ["a": { $0 }, "b": { _ in 2 }])
        #expect(watch.sparing(longerThan: .seconds(6), at: start + .seconds(18)) == ["a"])
    }

    @Test func `names fit into a host name`() {
        #expect(CellName.isValid(CellName.random()))
        #expect(CellName.random() != CellName.random())
        #expect(CellName.isValid("cell-0"))
        for text in ["", "-a", "a-", "A", "a.b", "a/b", "ž", String(repeating: "a", count: 64)] {
            #expect(!CellName.isValid(text), "\(text)")
        }
    }
}
