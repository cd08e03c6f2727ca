import Bootstrap
import Conversation
import Domain
import Foundation
import Logging
import NIOCore
import Storage
import Traces
import WebSocket
import Wire

extension LiveSession {
    func perform(_ effects: Effects) {
        // A client that is released still gets what was sent before its close.
        var released: [(number: Int, seat: Seat)] = []
        for action in effects.now {
            if case .release(let number) = action, let current = client, current.number == number {
                released.append(current)
                client = nil
                clientFlowChanged()
            } else {
                perform(action)
            }
        }
        guard !effects.onceRecorded.isEmpty || !effects.facts.isEmpty else { return }
        let clients = released + [client].compactMap(\.self)
        let actions = effects.onceRecorded.map { action -> (Effects.Deferred, Seat?) in
            (action, action.client.flatMap { number in clients.first { $0.number == number }?.seat })
        }
        let step = Step(isReady: effects.facts.isEmpty, actions: actions)
        steps.append(step)
        if step.isReady { return drain() }
        lastFact = max(lastFact, effects.facts.last?.seq ?? 0)
        facts.add(effects.facts)
        writer.append(effects.facts) { isDurable in
            if isDurable { return self.take(step) }
            // What the disk refuses is sent once the database has it: a relay that dies now has sent nothing that is
            // lost. With both unavailable the call continues from memory.
            self.facts.whenStored(upTo: effects.facts.last?.seq ?? 0, within: Self.storePatience) { self.take(step) }
        }
    }

    private func perform(_ action: Effects.Immediate) {
        switch action {
        case .welcome(let number): welcome(number)
        // Of a client that has left meanwhile.
        case .release: break
        case .silence(let number, let itemId, let heardMs):
            customerAudio.clear()
            if let client, client.number == number {
                deliver(.audioClear(itemId: itemId, heardMs: heardMs), to: client.seat)
            }
        case .heard(let item, let start, let milliseconds):
            recorder?.heard(item, from: start, milliseconds: milliseconds)
        case .resumed(let item, let offset, let time): recorder?.resumed(item, offsetMs: offset, at: time)
        case .connect: connect()
        case .command(let command, let eventId): send(command, eventId)
        case .appendAudio(let pieces):
            for base64 in traineeAudio.pieces(at: pieces) { base64.withUnsafeBytes { upstream?.append($0) } }
        case .appendSilence(let piece, let keptFrom): appendSilence(piece, keptFrom: keptFrom)
        case .disconnect: disconnect()
        case .remember(let refused): parts.realtime.refused.add(refused)
        case .start(let timer, let delay): start(timer, after: delay)
        case .stop(let timer): timers.removeValue(forKey: timer)?.cancel()
        case .log(let note): log(note.level, note.text, note.details)
        case .count(let figure):
            parts.metrics.count(figure)
            trace?.note(figure)
        }
    }

    private static let storePatience = TimeAmount.seconds(1)

    private func take(_ step: Step) {
        step.isReady = true
        drain()
    }

    func drain() {
        while let step = steps.first, step.isReady {
            steps.removeFirst()
            for (action, seat) in step.actions { perform(action, seat, since: step.began) }
        }
    }

    /// - Parameter since: when the input came that led to this.
    private func perform(_ action: Effects.Deferred, _ seat: Seat?, since: NIODeadline) {
        switch action {
        case .send(let message, _):
            guard let seat else { return }
            if case .pong = message { return deliver(message, to: seat) }
            if case .sessionEnded = message { toldEnd = true }
            afterEnd { self.deliver(message, to: seat) }
        case .close(_, let code, let reason):
            guard let seat else { return }
            afterEnd { seat.link.close(seat.number, code: code, reason: reason) }
        case .replayAudio(_, let itemId, let fromMs):
            if let seat {
                for piece in customerAudio.pieces(of: itemId, from: fromMs) { replay(piece, to: seat) }
            }
        case .acknowledge(let eventIds): acknowledge(eventIds, since: since)
        case .answer(let batch, let results): answer(batch, results)
        case .supervise(let request):
            parts.supervisors.send(SupervisorMessage(request, in: plan, trace: trace?.context), for: self)
        case .replaceSupervisor:
            // In the next tick, after the other actions, since it leads to further inputs.
            loop.assumeIsolated().execute { self.parts.supervisors.replaceSilentWorker(of: self) }
        case .store(let end): store(end)
        case .score: score()
        case .checkRescoring: checkRescoring()
        case .retire: retire()
        case .handOver: handOver()
        }
    }

    private func welcome(_ number: Int) {
        guard let arriving else { return }
        self.arriving = nil
        client = (number, arriving)
        traineeSamples = WholeSamples()
        toldEnd = false
        arriving.link.seat(self, at: arriving.number)
        clientFlowChanged()
        upstreamFlowChanged()
        // The first client begins the session; supervision lasts until it is closed.
        if takesEvents { parts.supervisors.add(self) }
    }

    func deliver(_ message: ServerMessage, to seat: Seat) {
        do {
            // The keys have a fixed order, so a message that is sent again has the same bytes.
            seat.link.send(ByteBuffer(string: try OrderedJSON(encoding: message).compact), to: seat.number)
        } catch {
            log(.error, "a message cannot be written", ["error": "\(error)"])
        }
    }

    private func replay(_ piece: CustomerAudioTail.Sent, to seat: Seat) {
        let id = AudioSplice.unescaped(piece.itemId)
        piece.base64.withUnsafeBytes { base64 in
            id.withUnsafeBytes { id in
                let message = AudioSplice.ClientMessage(base64: base64, itemId: id, offsetMs: piece.offsetMs)
                seat.link.send(to: seat.number, length: message.length) { message.write(to: $0) }
            }
        }
    }

    func send(_ command: RealtimeCommand, _ eventId: String) {
        do {
            let event = try command.encoded(eventId: eventId, for: parts.realtime.configuration.profile)
            upstream?.send(event)
        } catch {
            log(.error, "an event for upstream cannot be written", ["error": "\(error)"])
        }
    }

    func start(_ timer: Conversation.Timer, after delay: Duration) {
        timers.removeValue(forKey: timer)?.cancel()
        // Jitter as in the official SDK, so that sessions that were lost together do not reconnect together.
        let delay = timer == .reconnect ? delay * Double.random(in: 0.75...1) : delay
        timers[timer] = loop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(delay.milliseconds))) {
            self.timers[timer] = nil
            // While the client holds upstream back, silence from there means nothing.
            if timer == .stall, let seat = self.client?.seat, !seat.link.takesAudio(for: seat.number) {
                return self.start(timer, after: delay)
            }
            // A client that is held back would send audio if it could.
            if timer == .microphone || timer == .silence, self.isClientPaused {
                return self.start(timer, after: .milliseconds(Self.pauseCheckMs))
            }
            self.handle(.timer(timer))
        }
    }

    private static let pauseCheckMs = 1_500

    func log(_ level: Effects.Note.Level, _ text: String, _ details: [String: String]) {
        let level: Logger.Level =
            switch level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        guard let suppressed = logThrottle.admit("\(text) \(details["code"] ?? "")", at: now.milliseconds) else {
            return
        }
        var metadata: Logger.Metadata = details.mapValues { "\($0)" }
        if suppressed > 0 { metadata["suppressed"] = "\(suppressed)" }
        logger.log(level: level, "\(text)", metadata: metadata)
    }
}

extension Effects.Deferred {
    /// The client that this goes to.
    fileprivate var client: Int? {
        switch self {
        case .send(_, let client), .close(let client, _, _), .replayAudio(let client, _, _): client
        case .acknowledge, .answer, .supervise, .replaceSupervisor, .store, .score, .checkRescoring, .retire, .handOver:
            nil
        }
    }
}

extension SupervisorMessage {
    fileprivate init(_ request: SupervisionRequest, in plan: SessionPlan, trace: TraceContext?) {
        let id = plan.sessionId
        self =
            switch request {
            case .open(let snapshot):
                .open(
                    Snapshot(
                        sessionId: id, safetyIdentifier: plan.safetyIdentifier, persona: plan.persona,
                        scenario: plan.scenario, transcript: snapshot.transcript, unjudged: snapshot.unjudged,
                        events: snapshot.events, findings: snapshot.findings, attitude: snapshot.attitude,
                        evalSeq: snapshot.evalSeq, sessionTime: snapshot.time.seconds, sessionDate: plan.sessionDate,
                        startedAt: plan.startedAt, rules: plan.rules, hints: plan.hints ? true : nil,
                        salesSteps: snapshot.salesSteps, ledger: snapshot.ledger,
                        trace: trace?.traceparent
                    ).fitted())
            case .utterance(let utterance): .utterance(sessionId: id, utterance: utterance)
            case .event(let event): .event(sessionId: id, event: event)
            case .close: .close(sessionId: id)
            }
    }
}
