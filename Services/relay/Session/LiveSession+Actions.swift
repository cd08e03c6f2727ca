import Domain
import Foundation
import Logging
import NIOCore
import Storage
import WebSocket
import Wire

extension LiveSession {
    func perform(_ actions: [Action]) {
        guard !actions.isEmpty else { return }
        var recorded: [RecordedFact] = []
        var later: [(Action, Seat?)] = []
        for action in actions {
            switch action {
            case .record(let fact): recorded.append(fact)
            case .welcome: welcome()
            case .send(.audioClear(let itemId, let heardMs)):
                tail.clear()
                if let seat { deliver(.audioClear(itemId: itemId, heardMs: heardMs), to: seat) }
            case .send, .replayAudio, .acknowledge, .answer, .supervise, .replaceSupervisor, .store, .judge,
                .askForRejudging,
                .retire, .handOver:
                later.append((action, seat))
            case .close:
                later.append((action, seat))
                seat = nil
            case .connect: connect()
            case .command(let command, let eventId): send(command, eventId)
            case .sendAudio(let range):
                for (base64, range) in speechTail.pieces(in: range) {
                    base64.withUnsafeBytes { upstream?.append($0) }
                    machine.inputClock.sent(range)
                }
            case .disconnect: disconnect()
            case .start(let timer, let delay): start(timer, after: delay)
            case .stop(let timer): timers.removeValue(forKey: timer)?.cancel()
            case .log(let note): log(note.level, note.text, note.details)
            case .count(let figure): parts.metrics.count(figure)
            }
        }
        guard !later.isEmpty || !recorded.isEmpty else { return }
        let step = Step(isReady: recorded.isEmpty, actions: later)
        steps.append(step)
        if recorded.isEmpty { return drain() }
        facts.add(recorded)
        writer.append(recorded) { isDurable in
            if isDurable { return self.take(step) }
            // What the disk refuses is told once the database has it: a relay that dies now has told nothing that is lost.
            // With both away the call goes on from memory.
            self.facts.whenStored(upTo: recorded.last?.seq ?? 0, within: Self.storePatience) { self.take(step) }
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
            for (action, seat) in step.actions { finish(action, seat) }
        }
    }

    func finish(_ action: Action, _ seat: Seat?) {
        switch action {
        case .send(let message): if let seat { deliver(message, to: seat) }
        case .close(let code, let reason):
            if let seat { seat.link.close(seat.number, code: code, reason: reason) }
        case .replayAudio(let itemId, let fromMs):
            if let seat {
                for piece in tail.pieces(of: itemId, from: fromMs) { replay(piece, to: seat) }
            }
        case .acknowledge(let eventIds): acknowledge(eventIds)
        case .answer(let batch, let results): answer(batch, results)
        case .supervise(let message): parts.supervisors.send(message, for: self)
        case .replaceSupervisor:
            // Not in the middle of the other actions: it leads to inputs of its own.
            loop.assumeIsolated().execute { self.parts.supervisors.replaceSilentWorker(of: self) }
        case .store(let ending): store(ending)
        case .judge: judge()
        case .askForRejudging: askForRejudging()
        case .retire: retire()
        case .handOver: handOver()
        case .record, .welcome, .connect, .command, .sendAudio, .disconnect, .start, .stop, .log,
            .count:
            break
        }
    }

    func welcome() {
        guard let arriving else { return }
        self.arriving = nil
        seat = arriving
        arriving.link.seat(self, at: arriving.number)
        clientFlowChanged()
        // The first client begins the session; supervision lasts until it is closed.
        if takesEvents { parts.supervisors.add(self) }
    }

    func deliver(_ message: ServerMessage, to seat: Seat) {
        do {
            seat.link.send(ByteBuffer(bytes: try Self.encoder.encode(message)), to: seat.number)
        } catch {
            log(.error, "a message cannot be written", ["error": "\(error)"])
        }
    }

    /// With sorted keys, so that a message that is sent again has the same bytes.
    static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    private func replay(_ piece: AudioTail.Sent, to seat: Seat) {
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
            let event = try command.encoded(eventId: eventId, in: parts.realtime.configuration.dialect)
            upstream?.send(event)
        } catch {
            log(.error, "an event for upstream cannot be written", ["error": "\(error)"])
        }
    }

    func start(_ timer: Timer, after delay: Duration) {
        timers.removeValue(forKey: timer)?.cancel()
        // As the official SDK does, so that sessions that were lost together do not come back together.
        let delay = timer == .reconnect ? delay * Double.random(in: 0.75...1) : delay
        timers[timer] = loop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(delay.milliseconds))) {
            self.timers[timer] = nil
            // While the client holds upstream back, silence from there means nothing.
            if timer == .stall, let seat = self.seat, !seat.link.takesAudio(for: seat.number) {
                return self.start(timer, after: delay)
            }
            self.handle(.timer(timer))
        }
    }

    func log(_ level: Note.Level, _ text: String, _ details: [String: String]) {
        let level: Logger.Level =
            switch level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        logger.log(level: level, "\(text)", metadata: details.mapValues { "\($0)" })
    }
}
