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

    @Test(arguments: [FaultKind.mute, .upstreamStall])
    func `a trainee who is heard again after the fault is no flaw`(kind: FaultKind) {
        let text = "Can you hear me? Note 2."
        var silent = CleanCall()
        silent.delayTheEnd(by: 100)
        silent.faults = [FaultRecord(kind: kind, target: "x", at: 10, overAt: 14, readyAt: 14.1)]
        silent.tell(.said(text: text, isTyped: false), at: 15)
        #expect(silent.flaws.map(\.rule) == [.nobodyStaysMute])

        // Its words come, or an answer does.
        for speaker in [Speaker.trainee, .avatar] {
            let said = Utterance(
                utteranceId: "u3", startTime: 14, endTime: 15, speaker: speaker,
                text: speaker == .trainee ? text : "Yes, I can.")
            var heard = silent
            heard.hear(.transcript(.init(seq: 9, utterance: said)), at: 40)
            #expect(heard.flaws.allSatisfy { $0.rule != .nobodyStaysMute })
            var late = silent
            late.hear(.transcript(.init(seq: 9, utterance: said)), at: 46)
            #expect(late.flaws.contains { $0.rule == .nobodyStaysMute })
        }
        // Something else happened to the call meanwhile.
        var dropped = silent
        dropped.tell(.dropped(connection: 2), at: 20)
        #expect(dropped.flaws.allSatisfy { $0.rule != .nobodyStaysMute })
        var hit = silent
        hit.faults.append(FaultRecord(kind: .stop, target: "relay.1", at: 40, overAt: 43, readyAt: 44))
        #expect(hit.flaws.allSatisfy { $0.rule != .nobodyStaysMute })
    }

    @Test func `numbers that the server reports as no longer available may be missing`() {
        var call = CleanCall()
        call.forget(seq: 3)
        call.hear(.resumeFailed(code: "history_expired", seq: 4), at: 5.55, on: 2)
        #expect(call.flaws == [])
    }
}
