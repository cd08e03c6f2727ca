import Domain
import Storage
import Wire

@testable import RelayService

/// A state machine without anything around it: inputs in, what it did out, one short line each.
struct Rig {
    var machine: LiveSession.StateMachine
    private(set) var now = 0
    /// What came of the last step.
    private(set) var did: [String] = []
    /// Everything so far.
    /// Interactions that nobody has said anything about.
    var counted = 0
    private(set) var history: [String] = []
    private(set) var facts: [RecordedFact] = []
    private(set) var sent: [ServerMessage] = []
    private(set) var commands: [(command: RealtimeCommand, id: String)] = []
    private(set) var supervised: [SupervisorMessage] = []
    private(set) var ending: EndRecord?

    init(_ change: (inout SessionPlan) -> Void = { _ in }) {
        machine = LiveSession.StateMachine(plan: Fixture.plan(change))
    }

    /// A session in which the customer listens: ready at 1,000 ms.
    static func talking(_ change: (inout SessionPlan) -> Void = { _ in }) -> Rig {
        var rig = Rig(change)
        rig.step(.attached)
        rig.step(.upstreamOpened, after: 400)
        rig.step(.upstream(.sessionUpdated), after: 600)
        return rig
    }

    /// The same session in the next process, which knows it from its facts, with its client back.
    func takenOver() -> Rig {
        let facts = facts
        var next = Rig {
            $0.facts = facts
            $0.elapsed = SessionTime(milliseconds: 10_000)
        }
        next.step(.opened)
        next.step(.attached)
        return next
    }

    @discardableResult
    mutating func step(_ input: LiveSession.Input, after ms: Int = 0) -> [String] {
        now += ms
        take(machine.handle(input, at: SessionTime(milliseconds: now)))
        return did
    }

    @discardableResult
    mutating func hear(_ events: RealtimeEvent..., after ms: Int = 0) -> [String] {
        var all: [String] = []
        for (index, event) in events.enumerated() {
            step(.upstream(event), after: index == 0 ? ms : 0)
            all += did
        }
        did = all
        return all
    }

    /// Audio of the customer, in milliseconds.
    @discardableResult
    mutating func audio(_ length: Int, of item: String, response: String? = "r1", after ms: Int = 0)
        -> LiveSession.AudioDecision
    {
        now += ms
        let (decision, actions) = machine.upstreamAudio(
            length * PCM.bytesPerMillisecond, of: item, responseId: response, at: SessionTime(milliseconds: now))
        take(actions)
        return decision
    }

    /// Audio of the trainee, in milliseconds.
    @discardableResult
    mutating func microphone(_ length: Int, after ms: Int = 0) -> LiveSession.AudioDecision {
        now += ms
        let (decision, actions) = machine.clientAudio(
            length * PCM.bytesPerMillisecond, at: SessionTime(milliseconds: now))
        take(actions)
        return decision
    }

    /// An answer of one item that is all there: `length` ms of sound, and its words.
    @discardableResult
    mutating func answer(
        _ text: String, item: String = "a1", response: String = "r1", length: Int = 1_000, after ms: Int = 0
    ) -> [String] {
        hear(.responseCreated(id: response), .itemAdded(.init(id: item, kind: .assistant), after: .unknown), after: ms)
        audio(length, of: item, response: response)
        return hear(
            .wordsDone(itemId: item, responseId: response, text: text), .audioDone(itemId: item, responseId: response),
            .responseDone(.init(id: response, status: .completed, output: [])))
    }

    /// Lets time pass, firing what is due by `ms` later of the given timer.
    @discardableResult
    mutating func fire(_ timer: LiveSession.Timer, after ms: Int = 0) -> [String] { step(.timer(timer), after: ms) }

    private mutating func take(_ actions: [LiveSession.Action]) {
        did = actions.compactMap { describe($0) }
        history += did
    }

    private mutating func describe(_ action: LiveSession.Action) -> String? {
        switch action {
        case .welcome: return "welcome"
        case .send(let message):
            sent.append(message)
            return "send " + Self.name(message)
        case .close(let code, _): return "close \(code)"
        case .replayAudio(let item, let from): return "replay \(item) from \(from)"
        case .acknowledge(let ids): return "ack \(ids.joined(separator: ","))"
        case .answer(let batch, let results):
            return "answer \(batch) " + results.map(\.status.rawValue).joined(separator: ",")
        case .connect: return "connect"
        case .command(let command, let id):
            commands.append((command, id))
            return Self.name(command)
        case .sendAudio(let range):
            // As a session does that has kept all of it.
            machine.inputClock.sent(range)
            return "say \(PCM.milliseconds(range.lowerBound)) to \(PCM.milliseconds(range.upperBound))"
        case .disconnect: return "disconnect"
        case .record(let fact):
            facts.append(fact)
            return "record " + Self.name(fact.content)
        case .supervise(let message):
            supervised.append(message)
            return "supervise " + Self.name(message)
        case .replaceSupervisor: return "replace supervisor"
        case .start(let timer, let after): return "start \(timer) \(after.milliseconds)"
        case .stop(let timer): return "stop \(timer)"
        case .store(let ending):
            self.ending = ending
            return "store \(ending.endTrigger) \(ending.outcome.rawValue)"
        case .judge: return "judge"
        case .askForRejudging: return "ask for rejudging"
        case .log: return nil
        case .count(.unknownInteraction):
            counted += 1
            return nil
        case .count: return nil
        case .retire: return "retire"
        case .handOver: return "hand over"
        }
    }

    private static func name(_ message: ServerMessage) -> String {
        switch message {
        case .ready(let ready): "ready \(ready.seq) \(ready.state.rawValue)"
        case .transcript(let line):
            "\(line.seq) \(line.speaker.rawValue) \(line.text)\(line.interrupted == true ? " //" : "")"
        case .attitude(let change): "\(change.seq) attitude \(change.value)"
        case .compliance(let finding): "\(finding.seq) compliance \(finding.rule)"
        case .audioClear(let item, let heard): "clear \(item) \(heard)"
        case .audioItem(let item, let offset): "item \(item) \(offset)"
        case .ack(let ids): "ack \(ids.joined(separator: ","))"
        case .nack(let ids, let code, _, _): "nack \(ids.joined(separator: ",")) \(code)"
        case .resumed(let from, let to, let count): "resumed \(from) \(to) \(count)"
        case .resumeFailed(let code, let seq): "resume_failed \(code) \(seq)"
        case .status(let upstream): "status \(upstream)"
        case .pong: "pong"
        case .goingAway: "going_away"
        case .sessionOutcome: "session_outcome"
        case .sessionEnded(let seq, let outcome, let trigger): "\(seq) session_ended \(outcome.rawValue) \(trigger)"
        case .score(let seq, let data, let error): "\(seq) score \(data.map { "\($0.overall)" } ?? error ?? "none")"
        case .error(let seq, let code, _, let fatal, _):
            "\(seq.map { "\($0) " } ?? "")error \(code)\(fatal ? " fatal" : "")"
        }
    }

    private static func name(_ command: RealtimeCommand) -> String {
        switch command {
        case .updateSession(let settings):
            "update \(settings.transcriptionModel) \(settings.voice ?? "-")\(settings.detectsTurns ? "" : " by hand")"
        case .commitAudio: "commit"
        case .clearAudio: "clear buffer"
        case .createItem(.system(let id, let text)): "system \(id) \(text)"
        case .createItem(.user(let id, let text)): "user \(id) \(text)"
        case .createItem(.assistant(let id, let text)): "assistant \(id) \(text)"
        case .createItem(.functionOutput(let call, let output)): "output \(call) \(output.jsonText)"
        case .deleteItem(let id): "delete \(id)"
        case .truncate(let item, let ms): "truncate \(item) \(ms)"
        case .createResponse: "respond"
        case .cancelResponse(let id): "cancel \(id ?? "-")"
        }
    }

    private static func name(_ content: RecordedFact.Content) -> String {
        switch content {
        case .utterance(let line): "\(line.utteranceId) \(line.speaker.rawValue) \(line.text)"
        case .event(let event): "event \(event.type.rawValue) \(event.data.jsonText)"
        case .attitude(let point): "attitude \(point.value)"
        case .supervisorLog(let log): "log \(log.evalSeq) \(log.error ?? "verdict")"
        case .finding(let finding): "finding \(finding.rule)"
        case .outcomeClaim(let claim): "claim \(claim.source.rawValue) \(claim.outcome.rawValue)"
        case .usage(let usage): "usage \(usage.inputTokens)+\(usage.outputTokens)"
        case .phase(let phase): "phase \(phase.rawValue)"
        case .draft(let draft): "draft \(draft.utterance.utteranceId) \(draft.utterance.text)"
        case .end(let end): "end \(end.endTrigger) \(end.outcome.rawValue)"
        }
    }

    private static func name(_ message: SupervisorMessage) -> String {
        switch message {
        case .open(let snapshot):
            "open \(snapshot.transcript.count) \(snapshot.attitude) \(snapshot.evalSeq)"
                + (snapshot.unjudged?.isEmpty == false
                    ? " unjudged \(snapshot.unjudged?.joined(separator: ",") ?? "")" : "")
        case .utterance(_, let line): line.text
        case .event(_, let event): "event \(event.type.rawValue)"
        case .close: "close"
        case .verdict, .finding, .evaluationFailed: "?"
        }
    }

    /// The transcript as it would be stored now.
    var transcript: [Utterance] {
        var lines: [String: Utterance] = [:]
        for fact in facts {
            if case .utterance(let line) = fact.content { lines[line.utteranceId] = line }
        }
        return lines.values.sorted { ($0.startTime, $0.utteranceId) < ($1.startTime, $1.utteranceId) }
    }
}

func verdict(
    _ evalSeq: Int, _ attitude: Int, end outcome: Outcome? = nil, guidance: String = "Soften.", judged: [String]? = nil
) -> Verdict {
    Verdict(
        evalSeq: evalSeq, attitude: attitude, direction: .rising, guidance: guidance, salesSteps: [],
        shouldEnd: outcome != nil, outcome: outcome, model: "gpt-4.1", latencyMs: 10,
        judged: judged)
}

func event(_ id: String?, _ type: String = "VR_INTERACTION") -> ClientEvent {
    ClientEvent(eventId: id, data: .init(type: type, data: ["action": "PICKUP"]))
}

func finding(_ rule: String) -> Finding {
    Finding(
        rule: rule, status: .violated, severity: .major, message: "No.",
        evidence: Evidence(utteranceId: "u1", text: "free"), time: 2)
}
