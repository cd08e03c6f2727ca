import Compliance
import Domain
import Foundation
import Wire

/// The supervisor's view of one session: utterances, events and findings, and when the next evaluation is due.
///
/// Inputs go in, actions come out; it does not depend on a clock, a socket or a model.
struct SupervisedSession: Sendable {
    enum Input: Sendable {
        case utterance(Utterance)
        case event(SessionEvent)
        /// The pause with this number is over.
        case pauseOver(Int)
        case evaluated(Verdict)
        case evaluationFailed(evalSeq: Int, code: String)
    }

    enum Action: Sendable {
        /// Wait for the debounce time, then send `pauseOver` with the same number. A later pause replaces this one.
        case pause(Int)
        case evaluate(Evaluation)
        case send(SupervisorMessage)
    }

    /// Maximum number of utterances, and of events: more than an hour of conversation. Beyond it the oldest are
    /// dropped; the relay and the store keep everything.
    static let memoryLimit = 2_000

    private let snapshot: SupervisorMessage.Snapshot
    private let catalog: ComplianceCatalog
    private var rules: ComplianceRules
    private var transcript: [Utterance] = []
    private var events: [SessionEvent] = []
    private var findings: [Finding]
    private var attitude: Int
    private var steps: [SalesStepResult]
    private var ledger: TalkLedger
    /// Lapses of the customer that the relay has not been told.
    private var lapses: [RoleLapse] = []
    private var evalSeq: Int
    private var pauseNumber = 0
    private var isEvaluating = false
    /// A pause ended while an evaluation was under way; another evaluation follows.
    private var isDue = false
    /// Ids of the utterances received since the last evaluation began.
    private var newUtterances: [String] = []
    /// Ids of the new utterances in the evaluation that is under way.
    private var underJudgement: [String] = []
    private var hasNewEvents = false

    /// - Parameter rules: used if the snapshot contains none.
    init(_ snapshot: SupervisorMessage.Snapshot, catalog: ComplianceCatalog, rules: RuleSettings) {
        self.snapshot = snapshot
        self.catalog = catalog
        ledger = (snapshot.ledger ?? TalkLedger()).bounded
        attitude = min(max(snapshot.attitude, Attitude.range.lowerBound), Attitude.range.upperBound)
        evalSeq = snapshot.evalSeq
        findings = snapshot.findings
        let known = Dictionary(
            (snapshot.salesSteps ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        steps = catalog.salesSteps.map { step in
            known[step.id] ?? SalesStepResult(id: step.id, status: .open, evidence: [])
        }
        self.rules = ComplianceRules(
            catalog: catalog, language: snapshot.persona.language, settings: snapshot.rules ?? rules,
            birthDate: snapshot.persona.birthDate,
            sessionDate: snapshot.startedAt ?? Self.date(snapshot.sessionDate))
    }

    var sessionId: SessionID { snapshot.sessionId }

    /// Processes what the relay already knows. Sends the findings that a lost worker did not deliver.
    mutating func begin() -> [Action] {
        for event in snapshot.events { take(event) }
        for utterance in snapshot.transcript.sorted(by: { $0.startTime < $1.startTime }) { take(utterance) }
        // Utterances that were judged have already had their effect.
        let unjudged = Set(snapshot.unjudged ?? latestLines)
        newUtterances.removeAll { !unjudged.contains($0) }
        if snapshot.evalSeq > 0 { hasNewEvents = false }
        // The evaluation that was lost with the previous worker.
        let isOwed =
            snapshot.unjudged != nil
            && transcript.contains { $0.speaker == .avatar && unjudged.contains($0.utteranceId) }
        // The relay may not have received what a lost worker sent besides a finding. It takes each once.
        return report() + heard(findings) + (isOwed ? [pause()] : [])
    }

    /// The utterances to judge if the relay does not name them: all before the first evaluation, later those from the
    /// trainee's last utterance on, because earlier ones have had their effect.
    private var latestLines: [String] {
        guard snapshot.evalSeq > 0 else { return transcript.map(\.utteranceId) }
        let last = transcript.lastIndex { $0.speaker == .trainee } ?? transcript.endIndex
        return transcript[last...].map(\.utteranceId)
    }

    private mutating func pause() -> Action {
        pauseNumber += 1
        return .pause(pauseNumber)
    }

    mutating func handle(_ input: Input) -> [Action] {
        switch input {
        case .utterance(let utterance):
            take(utterance)
            var actions = report()
            // A trainee transcript that arrives during an evaluation is missing from it and needs another one.
            if utterance.speaker == .avatar || isEvaluating {
                actions.append(pause())
            }
            return actions
        case .event(let event):
            take(event)
            return report()
        case .pauseOver(let number):
            guard number == pauseNumber else { return [] }
            guard !isEvaluating else {
                isDue = true
                return []
            }
            return evaluate()
        case .evaluated(let verdict):
            guard isEvaluating, verdict.evalSeq == evalSeq else { return [] }
            attitude = verdict.attitude
            steps = verdict.salesSteps
            ledger = verdict.ledger ?? ledger
            return [.send(.verdict(sessionId: sessionId, verdict: verdict))] + evaluationEnded()
        case .evaluationFailed(let failed, let code):
            guard isEvaluating, failed == evalSeq else { return [] }
            // Its utterances go into the next evaluation.
            newUtterances = underJudgement + newUtterances
            return [.send(.evaluationFailed(sessionId: sessionId, evalSeq: failed, code: code))] + evaluationEnded()
        }
    }

    private mutating func evaluationEnded() -> [Action] {
        isEvaluating = false
        guard isDue else { return [] }
        isDue = false
        return evaluate()
    }

    private mutating func evaluate() -> [Action] {
        // Without an utterance of the trainee, or without anything new, the attitude has no reason to change.
        guard transcript.contains(where: { $0.speaker == .trainee }), !newUtterances.isEmpty || hasNewEvents else {
            return []
        }
        evalSeq += 1
        isEvaluating = true
        let fresh = newUtterances
        underJudgement = fresh
        newUtterances = []
        hasNewEvents = false
        return [
            .evaluate(
                Evaluation(
                    evalSeq: evalSeq, safetyIdentifier: snapshot.safetyIdentifier, persona: snapshot.persona,
                    scenario: snapshot.scenario, transcript: transcript, newUtterances: fresh, events: events,
                    findings: findings, attitude: attitude, steps: steps, ledger: ledger,
                    isShortened: snapshot.isShortened ?? false, hints: snapshot.hints ?? false))
        ]
    }

    private mutating func take(_ utterance: Utterance) {
        if let known = transcript.firstIndex(where: { $0.utteranceId == utterance.utteranceId }) {
            transcript[known] = utterance
        } else {
            transcript.append(utterance)
            transcript.sort { $0.startTime < $1.startTime }
            if transcript.count > Self.memoryLimit { transcript.removeFirst() }
        }
        newUtterances.append(utterance.utteranceId)
        rules.take(utterance)
        guard utterance.speaker == .avatar,
            let kind = catalog.roleLapse(in: utterance.text, language: snapshot.persona.language)
        else { return }
        lapses.append(RoleLapse(kind: kind, utteranceId: utterance.utteranceId))
    }

    private mutating func take(_ event: SessionEvent) {
        // A client may send an event again until it is acknowledged.
        if let id = event.eventId, events.contains(where: { $0.eventId == id }) { return }
        events.append(event)
        if events.count > Self.memoryLimit { events.removeFirst() }
        hasNewEvents = hasNewEvents || event.isFromClient
        rules.take(event)
    }

    /// Sends the findings that have changed since they were last sent. A finding that later utterances or events refute
    /// is dismissed.
    private mutating func report() -> [Action] {
        let now = rules.findings()
        let found = Set(now.map(\.findingId))
        let gone = findings.filter { !found.contains($0.findingId) && $0.status != .dismissed }.map { finding in
            var finding = finding
            finding.status = .dismissed
            finding.reason = "What was said or done besides has changed this."
            return finding
        }
        let known = Dictionary(findings.map { ($0.findingId, $0) }, uniquingKeysWith: { _, last in last })
        let news = now.filter { known[$0.findingId] != $0 } + gone
        for finding in news { findings.put(finding) }
        defer { lapses = [] }
        return news.map { .send(.finding(sessionId: sessionId, finding: $0)) } + heard(news)
            + lapses.map { .send(.lapse(sessionId: sessionId, lapse: $0)) }
    }

    /// What the customer noticed of what was found.
    private func heard(_ findings: [Finding]) -> [Action] {
        findings.compactMap { catalog.heard($0, language: snapshot.persona.language) }
            .map { .send(.heard(sessionId: sessionId, claim: $0)) }
    }

    /// Ages are computed as of the session's date; a date that cannot be parsed counts as today.
    private static func date(_ day: String) -> Date {
        (try? Date(day, strategy: .iso8601.year().month().day())) ?? Date()
    }
}

/// The input of an evaluation.
struct Evaluation: Sendable {
    var evalSeq: Int
    var safetyIdentifier: String
    var persona: Persona
    var scenario: Scenario
    var transcript: [Utterance]
    /// Ids of the utterances since the last evaluation.
    var newUtterances: [String]
    var events: [SessionEvent]
    var findings: [Finding]
    /// As of the last verdict.
    var attitude: Int
    var steps: [SalesStepResult]
    var ledger = TalkLedger()
    /// The relay's snapshot left something out.
    var isShortened = false
    /// The trainee gets hints.
    var hints = false
}
