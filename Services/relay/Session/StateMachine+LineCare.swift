import Domain
import Foundation

/// Looking after the line to OpenAI: it is replaced before its life is over, and given up when it shows no sign of life.
extension LiveSession.StateMachine {
    /// OpenAI ends a session after an hour, other servers earlier; a new line takes over in a pause of the last five minutes,
    /// or of the last quarter of a shorter life.
    ///
    /// - Parameter expiresAt: Unix seconds; nil where the server does not say.
    mutating func scheduleRenewal(expiresAt: Double?) {
        let hour = 3_600.0
        let left = expiresAt.map { $0 - plan.startedAt.timeIntervalSince1970 - now.seconds } ?? hour
        // A server whose clock is wrong is taken for one that says nothing.
        let life = left > 1 && left <= hour ? left : hour
        act(.start(.renew, after: .milliseconds(Int((life - min(300, life / 4)) * 1_000))))
    }

    /// In a pause, when nobody speaks and nobody is about to, so that nobody notices.
    mutating func renewLine() {
        guard upstream.isOld, upstream.isReady, isBetweenTurns, !isAnswerOwed, stateToInject == nil,
            unsettledSpeeches.isEmpty, transcript.awaitingWords.isEmpty
        else { return }
        switch phase {
        case .talking, .suspended: break
        case .waiting, .connecting, .ending, .ended: return
        }
        note(.info, "upstream renewed")
        upstream.isOld = false
        upstream.stage = .none
        upstream.attempts = 0
        unheard.lose(at: inputClock.position)
        response = Response()
        act(.stop(.stall))
        act(.disconnect)
        connect()
    }

    // MARK: Watching it

    /// Looks after the line from now on: an answer that is due must begin and go on, and a line that is fed with sound must
    /// show some sign of life at times.
    mutating func watch() {
        guard upstream.isReady else { return }
        let limit = isAnswerAwaited ? plan.limits.stall : plan.limits.silentLine
        act(.start(.stall, after: limit))
    }

    private var isAnswerAwaited: Bool { response.isRunning || answerDueSince != nil }

    /// Not a sign for too long: the connection is dead, whatever TCP believes.
    mutating func considerStall() {
        guard upstream.isReady else { return }
        let limit = (isAnswerAwaited ? plan.limits.stall : plan.limits.silentLine).milliseconds
        let quiet = now - max(upstream.lastEvent, answerDueSince ?? .zero)
        let isFed = now - upstream.lastAudio < 1_000
        if quiet >= limit, isAnswerAwaited || isFed {
            act(.disconnect)
            lose(.reconnect, "stalled")
        } else {
            act(.start(.stall, after: .milliseconds(quiet >= limit ? limit : limit - quiet)))
        }
    }
}
