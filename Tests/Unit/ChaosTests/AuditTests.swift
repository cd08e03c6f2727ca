import Domain
import Testing

@testable import Chaos

/// Tests the audit itself: it reports nothing for a clean call, and finds planted bugs.
@Suite struct AuditTests {
    @Test func `a clean call has no flaws`() {
        #expect(CleanCall().flaws == [])
    }

    @Test(arguments: PlantedBug.all)
    func `a planted bug is found under its rule and kind, and nothing else is found`(bug: PlantedBug) {
        var call = CleanCall()
        bug.plant(&call)
        let flaws = call.flaws
        #expect(!flaws.isEmpty)
        for flaw in flaws {
            #expect(flaw.rule == bug.rule, "\(flaw)")
            #expect(flaw.kind == bug.kind, "\(flaw)")
        }
    }

    @Test func `every rule has a planted bug`() {
        let planted = Set(PlantedBug.all.map(\.rule))
        #expect(Rule.allCases.filter { !planted.contains($0) } == [])
    }

    @Test func `a broken connection near a killed gateway is no flaw`() {
        var call = CleanCall()
        call.tell(.closed(connection: 2, code: 1006), at: 7.15)
        call.faults = [FaultRecord(kind: .kill, target: "gateway.1", at: 7.1, readyAt: 8)]
        #expect(call.flaws == [])
    }

    @Test func `a connection that the caller dropped itself is no flaw`() {
        var call = CleanCall()
        call.entries.insert(JournalEntry(at: 4.9, what: .dropped(connection: 1)), at: 0)
        call.entries = call.entries.map { entry in
            if case .closed(connection: 1, _) = entry.what {
                JournalEntry(at: entry.at, what: .closed(connection: 1, code: 1006))
            } else {
                entry
            }
        }
        #expect(call.flaws == [])
    }

    @Test func `a version that the client saw and that was replaced while it was disconnected is no flaw`() {
        var call = CleanCall()
        call.record.transcript[1].text = "Hel"
        call.evidence.files?.transcript[1] = ["startTime": 2, "endTime": 3, "speaker": "AVATAR", "text": "Hel"]
        call.forget(seq: 6)
        call.forget(seq: 5)
        #expect(call.flaws == [])
    }

    @Test func `numbers that the server reports as no longer available may be missing`() {
        var call = CleanCall()
        call.forget(seq: 3)
        call.hear(.resumeFailed(code: "history_expired", seq: 4), at: 5.55, on: 2)
        #expect(call.flaws == [])
    }
}
