import Domain

@testable import Chaos

extension PlantedBug {
    static let ofTheService = [
        PlantedBug("a request is answered with 500", .unexpected, .statusBelongs) { call in
            call.tell(.answered(request: "GET /api/sessions/BAT-001", status: 500, code: "internal"), at: 7.4)
        },
        PlantedBug("a connection is refused with 404", .unexpected, .statusBelongs) { call in
            call.tell(.refused(attempt: 9, status: 404, code: "session_not_found"), at: 5.25)
        },
        PlantedBug("a correct client is told that it broke the protocol", .unexpected, .closeCodeBelongs) { call in
            call.tell(.closed(connection: 2, code: 1007), at: 7.15)
        },
        PlantedBug("a connection breaks and nothing was done to it", .unexpected, .dropHasACause) { call in
            call.tell(.closed(connection: 2, code: 1006), at: 7.15)
        },
        PlantedBug("the server ends a call that goes on", .lost, .callIsNotCutShort) { call in
            call.record.endTrigger = "relay_lost"
            call.forget(seq: 6)
            call.forget(seq: 5)
        },
        PlantedBug("a client needs three seconds when all is well again", .unexpected, .clientReturnsSoon) { call in
            call.faults = [FaultRecord(kind: .kill, target: "relay.1", at: 4.9, readyAt: 5.05)]
            call.entries = call.entries.map { entry in
                entry.at < 5.4 ? entry : JournalEntry(at: entry.at + 3, what: entry.what)
            }
        },
        PlantedBug("a trainee stays mute after OpenAI did not read", .lost, .nobodyStaysMute) { call in
            call.delayTheEnd(by: 100)
            call.faults = [FaultRecord(kind: .upstreamStall, target: "OpenAI", at: 10, overAt: 30, readyAt: 30.1)]
            call.tell(.said(text: "Are you still there? Note 2.", isTyped: false), at: 35)
        },
        PlantedBug("a microphone that was muted is never heard again", .lost, .nobodyStaysMute) { call in
            call.delayTheEnd(by: 100)
            call.faults = [FaultRecord(kind: .mute, target: "microphones", at: 10, overAt: 14, readyAt: 14.1)]
            call.tell(.said(text: "Can you hear me? Note 2.", isTyped: false), at: 15)
            call.tell(.said(text: "Can you hear me? Note 2 again.", isTyped: true), at: 40)
        },
        PlantedBug("a caller gives up", .stuck, .callerIsServed) { call in
            call.tell(.gaveUp(why: "it does not end"), at: 80)
        },
    ]

    static let ofTheRun = [
        PlantedBug("two callers are given one session", .doubled, .sessionHasOneCall) { call in
            call.run.calls.append(.init(name: "2-1", session: call.record.sessionId))
        },
        PlantedBug("a repeated creation makes a second session", .doubled, .sessionHasACall) { call in
            call.run.stored += [SessionID("BAT-002")].compactMap(\.self)
        },
        PlantedBug("OpenAI refuses an event", .unexpected, .upstreamTakesEverything) { call in
            call.run.upstream[0].errorCodes = ["response_cancel_not_active", "invalid_value"]
        },
        PlantedBug("an item is made twice at OpenAI", .doubled, .upstreamItemIsMadeOnce) { call in
            call.run.upstream[0].createdItems.append("line_1")
        },
        PlantedBug("a process crashes", .unexpected, .processDiesOfFaultsOnly) { call in
            call.run.exits.append(
                ProcessExit(process: "relay.1", at: 5, code: -4, isWanted: false, lastWords: "Fatal error"))
        },
        PlantedBug("a process does not become ready again", .stuck, .processComesBack) { call in
            call.run.faults = [FaultRecord(kind: .kill, target: "scoring.1", at: 5)]
        },
    ]
}
