import Compliance
import Domain
import Foundation
import Wire

/// One session as its supervisor sees it: what was said and done, what the rules found, and when it is to be judged.
///
/// Inputs go in, actions come out; it knows no clock, no socket and no model.
struct SupervisedSession: Sendable {
    enum Input: Sendable {
        case utterance(Utterance)
        case event(SessionEvent)
        /// The pause of that number is over.
        case pauseOver(Int)
        case evaluated(Verdict)
        case evaluationFailed(evalSeq: Int, code: String)
    }

    enum Action: Sendable {
        /// Come back with `pauseOver` and the same number after the debounce. A pause begun later replaces this one.
        case pause(Int)
        case evaluate(Evaluation)
        case send(SupervisorMessage)
    }

    /// More than an hour of talk. Beyond it the oldest go; the relay and the store keep everything.
    static let memoryLimit = 2_000

    private let snapshot: SupervisorMessage.Snapshot
    private var rules: ComplianceRules
    private var transcript: [Utterance] = []
    private var events: [SessionEvent] = []
    private var findings: [Finding]
    private var attitude: Int
    private var steps: [SalesStepResult]
    private var evalSeq: Int
    private var pauseNumber = 0
    private var isEvaluating = false
    /// A pause ended, or something was said, while an evaluation was under way.
    private var isDue = false
    /// Came in since the last evaluation began.
    private var newUtterances: [String] = []
    /// What the evaluation that is under way is about.
    private var underJudgement: [String] = []
    private var hasNewEvents = false
    private var ruled: Set<String> = []

    init(_ snapshot: SupervisorMessage.Snapshot, catalog: ComplianceCatalog, legalAge: Int) {
        self.snapshot = snapshot
        attitude = min(max(snapshot.attitude, Attitude.range.lowerBound), Attitude.range.upperBound)
        evalSeq = snapshot.evalSeq
        findings = snapshot.findings
        steps = catalog.salesSteps.map { SalesStepResult(id: $0.id, status: .open, evidence: []) }
        rules = ComplianceRules(
            catalog: catalog, language: snapshot.persona.language, legalAge: legalAge,
            sessionDate: Self.date(snapshot.sessionDate))
    }

    var sessionId: SessionID { snapshot.sessionId }

    /// Takes in what the relay already knew. Findings that a lost worker never delivered go out now.
    mutating func begin() -> [Action] {
        var found: [Finding] = []
        var waiting = snapshot.events.sorted { $0.time < $1.time }[...]
        for utterance in snapshot.transcript.sorted(by: { $0.startTime < $1.startTime }) {
            while let event = waiting.first, event.time <= utterance.startTime {
                found += take(event)
                waiting = waiting.dropFirst()
            }
            found += take(utterance)
        }
        for event in waiting { found += take(event) }
        // What was judged has had its effect.
        let unjudged = Set(snapshot.unjudged ?? latestLines)
        newUtterances.removeAll { !unjudged.contains($0) }
        if snapshot.evalSeq > 0 { hasNewEvents = false }
        // The evaluation that was lost with the worker before.
        let isOwed =
            snapshot.unjudged != nil
            && transcript.contains { $0.speaker == .avatar && unjudged.contains($0.utteranceId) }
        return report(found) + (isOwed ? [pause()] : [])
    }

    /// What is to be judged where the relay does not say it: everything, or from the last turn of the trainee on, since what
    /// was said before that has had its effect.
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
            var actions = report(take(utterance))
            // A late transcript of the trainee belongs to what is being judged without it.
            if utterance.speaker == .avatar || isEvaluating {
                actions.append(pause())
            }
            return actions
        case .event(let event):
            return report(take(event))
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
            return [.send(.verdict(sessionId: sessionId, verdict: verdict))] + evaluationEnded()
        case .evaluationFailed(let failed, let code):
            guard isEvaluating, failed == evalSeq else { return [] }
            // They go into the next one.
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
        // A customer that talks to himself has no reason to feel otherwise.
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
                    findings: findings, attitude: attitude, steps: steps))
        ]
    }

    private mutating func take(_ utterance: Utterance) -> [Finding] {
        if let known = transcript.firstIndex(where: { $0.utteranceId == utterance.utteranceId }) {
            transcript[known] = utterance
        } else {
            transcript.append(utterance)
            transcript.sort { $0.startTime < $1.startTime }
            if transcript.count > Self.memoryLimit { transcript.removeFirst() }
        }
        newUtterances.append(utterance.utteranceId)
        guard ruled.insert(utterance.utteranceId).inserted else { return [] }
        return rules.findings(for: utterance)
    }

    private mutating func take(_ event: SessionEvent) -> [Finding] {
        // A client may send an event again until it is acknowledged.
        if let id = event.eventId, events.contains(where: { $0.eventId == id }) { return [] }
        events.append(event)
        if events.count > Self.memoryLimit { events.removeFirst() }
        hasNewEvents = hasNewEvents || EventType.fromClients.contains(event.type)
        return rules.findings(for: event)
    }

    /// Findings that nobody was told of yet.
    private mutating func report(_ found: [Finding]) -> [Action] {
        let known = Set(findings.map(Identity.init))
        let new = found.filter { !known.contains(Identity($0)) }
        findings += new
        return new.map { .send(.finding(sessionId: sessionId, finding: $0)) }
    }

    private struct Identity: Hashable {
        var rule: String
        var status: Finding.Status
        var evidence: Evidence
        var time: Double

        init(_ finding: Finding) {
            (rule, status, evidence, time) = (finding.rule, finding.status, finding.evidence, finding.time)
        }
    }

    /// Ages are computed against the session's day; a day that cannot be read is today.
    private static func date(_ day: String) -> Date {
        (try? Date(day, strategy: .iso8601.year().month().day())) ?? Date()
    }
}

/// What an evaluation rests on.
struct Evaluation: Sendable {
    var evalSeq: Int
    var safetyIdentifier: String
    var persona: Persona
    var scenario: Scenario
    var transcript: [Utterance]
    /// Ids of what was said since the last evaluation.
    var newUtterances: [String]
    var events: [SessionEvent]
    var findings: [Finding]
    /// The last one.
    var attitude: Int
    var steps: [SalesStepResult]
}
