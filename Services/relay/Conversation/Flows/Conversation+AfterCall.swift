import Domain

/// The connections to OpenAI and the supervisor are closed: the session is stored, scored, and the client learns the
/// result.
extension Conversation {
    /// Sends the result: first what differs from what the client was sent live, then the score. Late events may change
    /// it, so the client stays connected for a moment.
    mutating func conclude(_ score: Scorecard?, _ error: String?) {
        guard !ending.isConcluded else { return }
        effects.stop(.score)
        guard let score else {
            // A score that was sent stands.
            if ending.lastScore == nil { sendNumbered { .score(seq: $0, data: nil, error: error) } }
            return sayGoodbye()
        }
        if ending.lastScore.map({ $0.revision < score.revision }) ?? true { send(score) }
        guard client.isConnected else { return sayGoodbye() }
        effects.start(.farewell, after: plan.limits.farewell)
    }

    private mutating func send(_ score: Scorecard) {
        let last = ending.lastScore
        if let outcome = score.outcome, last?.outcome != outcome {
            sendNumbered { .sessionOutcome(seq: $0, outcome: outcome) }
        }
        let live = Dictionary(record.findings.map { ($0.findingId, $0) }, uniquingKeysWith: { _, last in last })
        let scored = Dictionary(
            (last?.findings ?? []).map { ($0.findingId, $0) }, uniquingKeysWith: { _, last in last })
        let sent = live.merging(scored) { $1 }
        for finding in score.findings where finding.isNews(after: sent[finding.findingId]) {
            sendNumbered { .compliance(.init(seq: $0, finding: finding)) }
        }
        dismissMissing(from: score, sent: sent)
        ending.sent(score)
        let data = score.notCountedReason == Scorecard.noSpeech ? nil : score.forClients(live: record.findings)
        sendNumbered { .score(seq: $0, data: data, error: data == nil ? Scorecard.noSpeech : nil) }
    }

    /// Dismisses findings that the client was sent and the score no longer has, for example after a late check.
    private mutating func dismissMissing(from score: Scorecard, sent: [String: Finding]) {
        let found = Set(score.findings.map(\.findingId))
        let gone = sent.values.filter { !found.contains($0.findingId) && $0.status == .violated }
        for finding in gone.sorted(by: { ($0.time, $0.findingId) < ($1.time, $1.findingId) }) {
            var finding = finding
            finding.status = .dismissed
            finding.reason = "What was said or done besides has changed this."
            sendNumbered { .compliance(.init(seq: $0, finding: finding)) }
        }
    }

    /// The client has left; one that has its score is not waited for.
    mutating func loseClientAtEnd() {
        client.leave()
        if ending.lastScore != nil { sayGoodbye() }
    }

    /// Closes the session: nothing more will come.
    mutating func sayGoodbye() {
        guard ending.conclude() else { return }
        // What is held back for its `resume` would be lost with the connection.
        goOnWithoutResume()
        effects.stop(.farewell)
        client.close(code: .normal, "session over", &effects)
        effects.performOnceRecorded(.retire)
    }

    /// The process stops while the session is being stored or scored. The journal and the store know the rest.
    mutating func leave() {
        guard ending.conclude() else { return }
        effects.stop(.score)
        send(.goingAway(reason: "restart", retryAfterMs: 500))
        client.close(code: .goingAway, "restart", &effects)
        effects.performOnceRecorded(.retire)
    }
}
