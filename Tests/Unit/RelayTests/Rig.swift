import Domain

@testable import Conversation
@testable import RelayService

/// A conversation on its own: inputs in, effects out, one short line each.
struct Rig {
    var conversation: Conversation
    private(set) var now = 0
    /// The effects of the last step: immediate ones, facts, and those that wait for the facts.
    private(set) var did: [String] = []
    /// The effects of all steps.
    private(set) var history: [String] = []
    /// Interactions that no table knows.
    private(set) var counted = 0
    /// What the metrics were told.
    private(set) var figures: [Effects.Figure] = []
    /// What the server refused for good.
    private(set) var refused: [RefusedSetting] = []
    private(set) var facts: [RecordedFact] = []
    private(set) var sent: [ServerMessage] = []
    private(set) var commands: [(command: RealtimeCommand, id: String)] = []
    private(set) var supervised: [SupervisionRequest] = []
    private(set) var ending: EndRecord?

    init(_ change: (inout SessionPlan) -> Void = { _ in }) {
        conversation = Conversation(plan: Fixture.plan(change))
    }

    /// A session in which the client is ready, at 1,000 ms.
    static func talking(_ change: (inout SessionPlan) -> Void = { _ in }) -> Rig {
        var rig = Rig(change)
        rig.step(.attached)
        rig.step(.upstreamOpened, after: 400)
        rig.step(.upstream(.sessionUpdated), after: 600)
        return rig
    }

    /// The same session in the next process, restored from its facts, with its client back.
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
    mutating func step(_ input: Conversation.Input, after ms: Int = 0) -> [String] {
        now += ms
        take(conversation.handle(input, at: SessionTime(milliseconds: now)))
        return did
    }

    /// What the conversation does with a piece of audio.
    enum AudioDecision: Equatable {
        case forward(offsetMs: Int)
        case hold, drop
    }

    private mutating func decide(_ audio: Conversation.Input, after ms: Int) -> AudioDecision {
        now += ms
        let effects = conversation.handle(audio, at: SessionTime(milliseconds: now))
        take(effects)
        switch effects.audio {
        case .keep(_, _, forwards: true): return .forward(offsetMs: 0)
        case .keep: return .hold
        case .play(let offsetMs, _): return .forward(offsetMs: offsetMs)
        case .drop, nil: return .drop
        }
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
    mutating func audio(_ length: Int, of item: String, response: String? = "r1", after ms: Int = 0) -> AudioDecision {
        decide(
            .customerAudio(byteCount: length * PCM.bytesPerMillisecond, itemId: item, responseId: response), after: ms)
    }

    /// Audio of the trainee, in milliseconds.
    @discardableResult
    mutating func microphone(_ length: Int, after ms: Int = 0) -> AudioDecision {
        decide(.traineeAudio(byteCount: length * PCM.bytesPerMillisecond), after: ms)
    }

    /// A complete answer of one item: `length` ms of audio, and its words.
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

    /// Fires a timer `ms` later.
    @discardableResult
    mutating func fire(_ timer: Conversation.Timer, after ms: Int = 0) -> [String] { step(.timer(timer), after: ms) }

    private mutating func take(_ effects: Effects) {
        did =
            effects.now.compactMap { describe($0) } + effects.facts.map { describe($0) }
            + effects.onceRecorded.map { describe($0) }
        history += did
    }

    private mutating func describe(_ action: Effects.Immediate) -> String? {
        switch action {
        case .welcome: return "welcome"
        case .release: return nil
        case .silence(_, let item, let heardMs):
            sent.append(.audioClear(itemId: item, heardMs: heardMs))
            return "send clear \(item) \(heardMs)"
        case .heard(let item, let start, let ms): return "heard \(item) \(start.milliseconds) \(ms)"
        case .resumed(let item, let offset, let time): return "resumed \(item) \(offset) \(time.milliseconds)"
        case .connect: return "connect"
        case .command(let command, let id):
            commands.append((command, id))
            return Self.name(command)
        case .appendAudio(let pieces):
            let (start, end) = (pieces.first?.lowerBound ?? 0, pieces.last?.upperBound ?? 0)
            return "say \(PCM.milliseconds(start)) to \(PCM.milliseconds(end))"
        case .appendSilence(let piece, _):
            return "silence \(PCM.milliseconds(piece.lowerBound)) to \(PCM.milliseconds(piece.upperBound))"
        case .disconnect: return "disconnect"
        case .remember(let setting):
            refused.append(setting)
            return nil
        case .start(let timer, let after): return "start \(timer) \(after.milliseconds)"
        case .stop(let timer): return "stop \(timer)"
        case .log: return nil
        case .count(let figure):
            figures.append(figure)
            if figure == .unknownInteraction { counted += 1 }
            return nil
        }
    }

    private mutating func describe(_ fact: RecordedFact) -> String {
        facts.append(fact)
        return "record " + Self.name(fact.content)
    }

    private mutating func describe(_ action: Effects.Deferred) -> String {
        switch action {
        case .send(let message, _):
            sent.append(message)
            return "send " + Self.name(message)
        case .close(_, let code, _): return "close \(code.rawValue)"
        case .replayAudio(_, let item, let from): return "replay \(item) from \(from)"
        case .acknowledge(let ids): return "ack \(ids.joined(separator: ","))"
        case .answer(let batch, let results):
            return "answer \(batch) " + results.map(\.status.rawValue).joined(separator: ",")
        case .supervise(let request):
            supervised.append(request)
            return "supervise " + Self.name(request)
        case .replaceSupervisor: return "replace supervisor"
        case .store(let ending):
            self.ending = ending
            return "store \(ending.endTrigger) \(ending.outcome.rawValue)"
        case .score: return "score"
        case .checkRescoring: return "check rescoring"
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
        case .microphone(let status): "status microphone \(status)"
        case .pong: "pong"
        case .hint(let text): "hint \(text)"
        case .goingAway: "going_away"
        case .moved: "moved"
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
            "update \(settings.transcriptionModel ?? "none") \(settings.voice ?? "-")\(settings.detectsTurns ? "" : " by hand")"
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

    private static func name(_ request: SupervisionRequest) -> String {
        switch request {
        case .open(let snapshot):
            "open \(snapshot.transcript.count) \(snapshot.attitude) \(snapshot.evalSeq)"
                + (snapshot.unjudged.isEmpty ? "" : " unjudged \(snapshot.unjudged.joined(separator: ","))")
        case .utterance(let utterance): utterance.text
        case .event(let event): "event \(event.type.rawValue)"
        case .close: "close"
        }
    }

    /// Every message that was numbered and is still kept.
    var numbered: [ServerMessage] { Array(conversation.client.messages(after: 0) ?? []) }

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

func finding(_ rule: Finding.Rule) -> Finding {
    Finding(
        rule: rule, status: .violated, severity: .major, message: "No.",
        evidence: Evidence(utteranceId: "u1", text: "free"), time: 2)
}
