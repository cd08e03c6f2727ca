import Domain
import Foundation
import Storage
import Wire

extension LiveSession.StateMachine {
    /// Begins the end. The first to come decides; later ones change nothing.
    mutating func finish(_ trigger: EndOfSession.Trigger) {
        guard ending == nil else { return }
        let end = EndOfSession(
            trigger, attitude: supervision.attitude, initial: plan.persona.initialAttitude,
            convertsAt: plan.persona.leastAttitudeToConvert)
        ending = end
        note(.info, "session is ending", ["trigger": trigger.text])
        if client?.isReady == true { goOnWithoutResume() }
        if case .stated = trigger {
            // Stands in the record.
        } else {
            record(.end(RecordedFact.AgreedEnd(endTrigger: trigger.text, outcome: end.outcome)))
            if trigger == .endSession {
                record(.outcomeClaim(OutcomeClaim(source: .client, outcome: end.outcome, time: now.seconds)))
            }
        }
        enter(.ending)
        let moot: [LiveSession.Timer] = [
            .connect, .reconnect, .session, .wrapUp, .renew, .idle, .resume, .resumeGrace, .retryResponse,
        ]
        for timer in moot { act(.stop(timer)) }
        response.isWanted = false
        // An answer that has not begun is not worth waiting for; should it begin, it is called off.
        response.isRequested = false
        guard trigger.letsWordsPlay else {
            if response.isRunning { cancelResponse() }
            silence()
            ending?.wordsAreOut = true
            return
        }
        if traineeSpeaks, upstream.isReady {
            // The sentence that the end cuts short is said all the same, so it belongs into the transcript.
            command(.commitAudio)
            ending?.expectsCommit = true
        }
        traineeSpeaks = false
        act(.start(.lastWords, after: plan.limits.lastWords))
    }

    /// Hangs up once nothing is waited for any more.
    mutating func settleEnding() {
        guard phase == .ending, let end = ending else { return }
        if !end.wordsAreOut {
            let margin = playback.isConfirmed ? 0 : EndOfSession.playoutMarginMs
            let isQuiet = client == nil || playback.end == .zero || now - playback.end >= margin
            if !response.isRunning, isQuiet { ending?.wordsAreOut = true }
        }
        let awaitsStragglers = end.expectsCommit || !transcript.awaitingWords.isEmpty
        if awaitsStragglers, upstream.isReady, !end.gaveUpOnStragglers {
            // They come while the last words play, in most cases.
            if !isWaitingForStragglers {
                isWaitingForStragglers = true
                act(.start(.stragglers, after: plan.limits.stragglers))
            }
            return
        }
        if ending?.wordsAreOut == true { hangUp() }
    }

    mutating func hangUp() {
        guard phase == .ending, let end = ending else { return }
        closeTranscript()
        if isSupervised {
            act(.supervise(.close(sessionId: plan.sessionId)))
            isSupervised = false
        }
        for timer in [LiveSession.Timer.lastWords, .stragglers, .stall] { act(.stop(timer)) }
        act(.disconnect)
        upstream.stage = .none
        if !ledger.hasSystemEvent("Session_End") { system("Session_End") }
        enter(.ended)
        tell { .sessionEnded(seq: $0, outcome: end.outcome, endTrigger: end.trigger.text) }
        act(.start(.score, after: plan.limits.score))
        act(
            .store(
                EndRecord(
                    endTrigger: end.trigger.text, outcome: end.outcome,
                    endedAt: plan.startedAt.addingTimeInterval(now.seconds), durationMs: now.milliseconds,
                    facts: ledger.facts)))
    }

    /// What was not heard by now was not said; what was not transcribed by now is inaudible.
    mutating func closeTranscript() {
        for cut in playback.cut(at: now) { speeches[cut.itemId]?.cut = cut }
        for id in unsettledSpeeches { speeches[id]?.breakOff() }
        settleSpeeches()
        for id in transcript.awaitingWords {
            if let utterance = transcript.transcribed(id, TranscriptRecorder.inaudible, at: now) { publish(utterance) }
        }
    }

    /// What came of the session: first what is not as the client was told, then the score. Events may come late and change it,
    /// so the client is kept for a moment.
    mutating func conclude(_ score: Scorecard?, _ error: String?) {
        guard !isOver else { return }
        act(.stop(.score))
        guard let score else {
            // Only the first word on the matter: a score that was told stands.
            if toldScore == nil { tell { .score(seq: $0, data: nil, error: error) } }
            return sayGoodbye()
        }
        if toldScore.map({ $0.revision < score.revision }) ?? true { tell(of: score) }
        guard client != nil else { return sayGoodbye() }
        act(.start(.farewell, after: plan.limits.farewell))
    }

    private mutating func tell(of score: Scorecard) {
        if let outcome = score.outcome, toldScore?.outcome != outcome {
            tell { .sessionOutcome(seq: $0, outcome: outcome) }
        }
        let live = Dictionary(ledger.findings.map { ($0.findingId, $0) }, uniquingKeysWith: { _, last in last })
        let judged = Dictionary(
            (toldScore?.findings ?? []).map { ($0.findingId, $0) }, uniquingKeysWith: { _, last in last })
        for finding in score.findings {
            let told = judged[finding.findingId] ?? live[finding.findingId]
            if finding.isNews(after: told) { tell { .compliance(.init(seq: $0, finding: finding)) } }
        }
        tellOfGone(in: score, told: live.merging(judged) { $1 })
        toldScore = score
        let data = score.notCountedReason == Scorecard.noSpeech ? nil : score.forClients(live: ledger.findings)
        tell { .score(seq: $0, data: data, error: data == nil ? Scorecard.noSpeech : nil) }
    }

    /// What the client was told of and the score does not know any more, as after a check that came late.
    private mutating func tellOfGone(in score: Scorecard, told: [String: Finding]) {
        let found = Set(score.findings.map(\.findingId))
        let gone = told.values.filter { !found.contains($0.findingId) && $0.status == .violated }
        for finding in gone.sorted(by: { ($0.time, $0.findingId) < ($1.time, $1.findingId) }) {
            var finding = finding
            finding.status = .dismissed
            finding.reason = "What was said or done besides has changed this."
            tell { .compliance(.init(seq: $0, finding: finding)) }
        }
    }

    /// Nothing more is to come.
    mutating func sayGoodbye() {
        guard !isOver else { return }
        isOver = true
        act(.stop(.farewell))
        if client != nil { act(.close(code: 1000, reason: "session over")) }
        client = nil
        act(.retire)
    }

    /// The process stops while the session is being stored or judged. The journal and the store know the rest.
    mutating func leave() {
        guard !isOver else { return }
        isOver = true
        act(.stop(.score))
        send(.goingAway(reason: "restart", retryAfterMs: 500))
        if client != nil { act(.close(code: 1001, reason: "restart")) }
        client = nil
        act(.retire)
    }
}
