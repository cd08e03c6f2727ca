import Domain

@testable import Chaos

extension PlantedBug {
    static let ofEvents = [
        PlantedBug("an acknowledged event is in no record", .lost, .ackedEventIsStored) { call in
            call.hear(.ack(eventIds: ["e3"]), at: 3.7)
        },
        PlantedBug("an event that an upload called a duplicate is in no record", .lost, .ackedEventIsStored) { call in
            call.tell(.uploaded(eventId: "e3", status: "duplicate"), at: 8)
        },
        PlantedBug("an acknowledged event was forgotten, and taken as new later", .lost, .ackedEventIsKnown) { call in
            call.tell(.uploaded(eventId: "e1", status: "stored"), at: 8)
        },
        PlantedBug("an event is in the record twice", .doubled, .eventIsStoredOnce) { call in
            call.record.events.insert(call.record.events[1], at: 1)
            call.evidence.files?.events.insert(
                ["time": 0.4, "type": "VR_INTERACTION", "data": ["action": "PICKUP", "count": 1]], at: 1)
        },
        PlantedBug("an event is among the facts twice", .doubled, .eventIsStoredOnce) { call in
            call.evidence.facts.append(RecordedFact(seq: 9, time: 9, content: .event(call.record.events[1])))
        },
    ]

    static let ofMessages = [
        PlantedBug("a number carries something else after a reconnect", .unexpected, .seqKeepsItsContent) { call in
            call.hear(.attitude(.init(seq: 4, value: 6, direction: .rising)), at: 5.7, on: 2)
        },
        PlantedBug("a number never comes", .lost, .seqHasNoGap) { call in call.forget(seq: 3) },
        PlantedBug("a line that was told is not in the record", .lost, .toldLineIsRecorded) { call in
            let line = Utterance(utteranceId: "u3", startTime: 4, endTime: 5, speaker: .avatar, text: "Never.")
            call.hear(.transcript(.init(seq: 7, utterance: line)), at: 6.9, on: 2)
        },
        PlantedBug("the record has other words than were told last", .lost, .latestWordsAreRecorded) { call in
            call.record.transcript[1].text = "Hello there."
            call.evidence.files?.transcript[1] = [
                "startTime": 2, "endTime": 3, "speaker": "AVATAR", "text": "Hello there.",
            ]
        },
        PlantedBug("an attitude that was told is not in the curve", .lost, .toldAttitudeIsRecorded) { call in
            call.record.attitudeCurve = []
        },
        PlantedBug("a finding that was told is not in the record", .lost, .toldFindingIsRecorded) { call in
            call.record.findings = []
        },
        PlantedBug("another end is recorded than was told", .lost, .toldEndIsRecorded) { call in
            call.record.endTrigger = "end_conversation:rejected"
        },
        PlantedBug("another score is recorded than was told", .lost, .toldScoreIsRecorded) { call in
            call.record.score?.overall = 71
            call.evidence.files?.session.set("score", ["overall": 71])
        },
        PlantedBug("an owner that has lost the session tells its client something", .doubled, .oneOwnerTells) { call in
            call.hear(.status(upstream: "ok"), at: 5.9, on: 1)
        },
        PlantedBug("a session ends twice", .doubled, .oneEnd) { call in
            call.hear(.sessionEnded(seq: 7, outcome: .converted, endTrigger: "end_session"), at: 7.05, on: 2)
        },
        PlantedBug("the end is recorded twice", .doubled, .oneEnd) { call in
            call.record.events.append(SessionEvent(time: 6, type: .system, data: "Session_End"))
            call.evidence.files?.events.append(["time": 6, "type": "SYSTEM", "data": "Session_End"])
        },
        PlantedBug("a score comes twice", .doubled, .oneScore) { call in
            call.hear(.score(seq: 7, data: call.record.score, error: nil), at: 7.05, on: 2)
        },
    ]

    static let ofTheRecord = [
        PlantedBug("the session is gone", .lost, .sessionExists) { call in call.evidence.record = nil },
        PlantedBug("the session is still active", .stuck, .sessionIsEnded) { call in call.record.status = .active },
        PlantedBug("there is no score and no reason", .stuck, .sessionIsScored) { call in
            call.forget(seq: 6)
            call.record.score = nil
            call.record.pipeline.scoring.state = .leased
            call.evidence.files?.session.set("score", .null)
        },
        PlantedBug("the files are not written", .stuck, .sessionIsFiled) { call in
            call.record.phase = .scored
            call.record.dataFilesWritten = false
            call.record.pipeline.files.state = .pending
        },
        PlantedBug("a journal is left", .stuck, .journalIsGone) { call in call.evidence.hasJournal = true },
        PlantedBug("the files are missing", .lost, .filesAgree) { call in call.evidence.files = nil },
        PlantedBug("a file lacks a line", .lost, .filesAgree) { call in
            call.evidence.files?.transcript.removeLast()
        },
        PlantedBug("a file has a line twice", .doubled, .filesAgree) { call in
            call.evidence.files?.events.append(["time": 6, "type": "SYSTEM", "data": "Session_End"])
        },
        PlantedBug("a file has another outcome", .unexpected, .filesAgree) { call in
            call.evidence.files?.session.set("outcome", "rejected")
        },
        PlantedBug("a line of the trainee is recorded under two ids", .doubled, .lineIsRecordedOnce) { call in
            let line = Utterance(
                utteranceId: "u3", startTime: 4, endTime: 5, speaker: .trainee, text: "Good afternoon. Note 1.")
            call.record.transcript.append(line)
            call.evidence.files?.transcript.append([
                "startTime": 4, "endTime": 5, "speaker": "TRAINEE", "text": "Good afternoon. Note 1.",
            ])
        },
        PlantedBug("a fact is stored twice", .doubled, .factIsRecordedOnce) { call in
            call.evidence.facts.insert(call.evidence.facts[0], at: 0)
        },
        PlantedBug("a later line begins earlier", .unexpected, .timesDoNotDecrease) { call in
            call.record.transcript[1].startTime = 0.1
            call.evidence.files?.transcript[1] = [
                "startTime": 0.1, "endTime": 3, "speaker": "AVATAR", "text": "Hello.",
            ]
        },
        PlantedBug("an evaluation is logged twice", .doubled, .evaluationIsLoggedOnce) { call in
            call.record.supervisorLogs.append(call.record.supervisorLogs[0])
        },
    ]
}

extension JSONValue {
    fileprivate mutating func set(_ key: String, _ value: JSONValue) {
        guard case .object(var members) = self else { return }
        members[key] = value
        self = .object(members)
    }
}
