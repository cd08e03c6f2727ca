import Domain
import Wire

/// The process stops and the session does not: another one takes it over from the journal.
extension LiveSession.StateMachine {
    /// What is being said has still to be heard here, since another process has none of its sound.
    mutating func prepareToLeave() {
        guard !isLeaving else { return }
        isLeaving = true
        act(.start(.leave, after: plan.limits.leaving))
    }

    mutating func leaveWhenQuiet() {
        guard isLeaving, phase == .talking, isBetweenTurns, unsettledSpeeches.isEmpty, transcript.awaitingWords.isEmpty
        else { return }
        handOver()
    }

    /// Leaves a record that is true as far as it goes, and tells the client to come again.
    mutating func handOver() {
        isLeaving = false
        stopPlaybackUnheard()
        closeTranscript()
        if isSupervised {
            act(.supervise(.close(sessionId: plan.sessionId)))
            isSupervised = false
        }
        enter(.suspended)
        send(.goingAway(reason: "restart", retryAfterMs: 500))
        if client != nil { act(.close(code: 1001, reason: "restart")) }
        client = nil
        act(.disconnect)
        upstream.stage = .none
        isOver = true
        act(.handOver)
    }
}
