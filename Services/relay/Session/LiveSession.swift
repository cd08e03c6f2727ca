import Domain
import Foundation
import Logging
import NIOCore
import Storage
import WebSocket
import Wire

/// One conversation, on one event loop: it brings the state machine what happens and does what that decides.
///
/// The audio path runs straight through it, from one channel to the other. What a fact leads to for others (messages,
/// supervision, acknowledgement) waits until the journal has the fact, in order; what cannot wait (the line to OpenAI, the
/// word to stop playing) does not.
final class LiveSession {
    let id: SessionID
    private var machine: StateMachine
    private let parts: Parts
    private let loop: any EventLoop
    private let journal: SessionJournal
    private let began: NIODeadline
    private let logger: Logger
    private let retired: (LiveSession) -> Void

    private var seat: Seat?
    private var arriving: Seat?
    private var upstream: RealtimeHandler?
    private var upstreamNumber = 0
    private var heldAudio: [ByteBuffer] = []
    private var tail = AudioTail()
    private var timers: [Timer: Scheduled<Void>] = [:]
    private let facts: FactStream
    private var steps: [Step] = []
    private var acks = AckQueue()
    private var batches: [Int: (RelayMessage) -> Void] = [:]
    private var lastBatch = 0
    /// The item that audio last came of, so that its name is made into a string once and not for every piece.
    private var currentItem: (bytes: ByteBuffer, text: String)?

    /// What sessions share.
    struct Parts {
        var realtime: RealtimeClient
        var store: any SessionStore
        var supervisors: SupervisorLinks
        var judgement: Judgement
    }

    /// Where a client sits: its number on the link of its gateway.
    struct Seat {
        let link: GatewayLink
        let number: Int

        func isSame(as other: Seat?) -> Bool { other.map { $0.link === link && $0.number == number } ?? false }
    }

    /// Actions of one input that wait for its facts to be in the journal.
    private final class Step {
        var isReady: Bool
        let actions: [(Action, Seat?)]

        init(isReady: Bool, actions: [(Action, Seat?)]) {
            self.isReady = isReady
            self.actions = actions
        }
    }

    init(
        plan: SessionPlan, journal: SessionJournal, parts: Parts, loop: any EventLoop, logger: Logger,
        retired: @escaping (LiveSession) -> Void
    ) {
        id = plan.sessionId
        machine = StateMachine(plan: plan)
        self.parts = parts
        self.loop = loop
        self.journal = journal
        self.retired = retired
        began = .now()
        var logger = logger
        logger[metadataKey: "sessionId"] = "\(plan.sessionId)"
        self.logger = logger
        let storeLogger = logger
        facts = FactStream(plan.sessionId, store: parts.store, loop: loop) { error in
            storeLogger.warning("facts wait for the store", metadata: ["error": "\(error)"])
        }
    }

    private var now: SessionTime {
        machine.plan.elapsed + Int((NIODeadline.now() - began).nanoseconds / 1_000_000)
    }

    func handle(_ input: Input) {
        perform(machine.handle(input, at: now))
    }

    var safetyIdentifier: String { machine.plan.safetyIdentifier }

    /// Whether events are still recorded here; afterwards they are the store's.
    var takesEvents: Bool { machine.phase != .ended }

    // MARK: The client

    func attach(_ seat: Seat) {
        arriving = seat
        handle(.attached)
    }

    func detach(_ seat: Seat) {
        guard seat.isSame(as: self.seat) else { return }
        self.seat = nil
        handle(.detached)
    }

    /// A message of the client, verbatim.
    func receive(_ message: ByteBuffer, from seat: Seat) {
        guard seat.isSame(as: self.seat) else { return }
        if let audio = AudioSplice.appendEvent(for: message) { return take(audio) }
        switch ClientText.read(message) {
        case .audio(let audio): take(audio)
        case .message(let message): handle(.message(message))
        case .nonsense(let code, let message): handle(.nonsense(code: code, message: message))
        }
    }

    private func take(_ audio: AudioSplice.AppendEvent) {
        guard audio.byteCount > 0 else { return }
        let (decision, actions) = machine.clientAudio(audio.byteCount, at: now)
        perform(actions)
        switch decision {
        case .forward: upstream?.send(audio.event)
        case .hold: heldAudio.append(audio.event)
        case .drop: break
        }
    }

    /// Events of a REST batch. The answer comes when they are durable.
    func submit(_ events: [ClientEvent], answer: @escaping (RelayMessage) -> Void, id: String) {
        lastBatch += 1
        let number = lastBatch
        batches[number] = { reply in answer(reply) }
        batchIds[number] = id
        handle(.batch(number: number, events: events))
    }
    private var batchIds: [Int: String] = [:]

    // MARK: OpenAI

    func hear(_ delta: AudioSplice.Delta, in event: ByteBuffer, on number: Int) {
        guard number == upstreamNumber else { return }
        let item = itemId(delta.itemId, in: event)
        let response = delta.responseId.flatMap {
            event.getString(at: event.readerIndex + $0.lowerBound, length: $0.count)
        }
        let (decision, actions) = machine.upstreamAudio(delta.byteCount, of: item, responseId: response, at: now)
        perform(actions)
        if case .forward(let offset) = decision {
            pass(AudioSplice.clientMessage(for: delta, in: event, offsetMs: offset), item, offset, delta.byteCount)
        }
    }

    func hear(_ event: RealtimeEvent, on number: Int) {
        guard number == upstreamNumber else { return }
        guard case .audio(let delta) = event else { return handle(.upstream(event)) }
        guard let (_, byteCount) = AudioSplice.clientMessage(base64: delta.base64, itemId: delta.itemId, offsetMs: 0)
        else {
            return log(.warning, "upstream sent audio that is not base64", [:])
        }
        let (decision, actions) = machine.upstreamAudio(
            byteCount, of: delta.itemId, responseId: delta.responseId, at: now)
        perform(actions)
        if case .forward(let offset) = decision,
            let (message, _) = AudioSplice.clientMessage(base64: delta.base64, itemId: delta.itemId, offsetMs: offset)
        {
            pass(message, delta.itemId, offset, byteCount)
        }
    }

    private func pass(_ message: ByteBuffer, _ item: String, _ offset: Int, _ byteCount: Int) {
        guard let seat else { return }
        seat.link.send(message, to: seat.number)
        tail.add(
            message, of: item, offsetMs: offset, lengthMs: PCM.milliseconds(byteCount), playedAt: machine.playback.end,
            now: machine.now)
    }

    private func itemId(_ range: Range<Int>, in event: ByteBuffer) -> String {
        guard let bytes = event.getSlice(at: event.readerIndex + range.lowerBound, length: range.count) else {
            return ""
        }
        if let currentItem, currentItem.bytes == bytes { return currentItem.text }
        let text = String(buffer: bytes)
        // Its own copy, since the slice would keep the whole event.
        currentItem = (ByteBuffer(string: text), text)
        return text
    }

    func upstreamClosed(code: Int?, reason: String, on number: Int) {
        guard number == upstreamNumber else { return }
        upstream = nil
        upstreamNumber += 1
        handle(
            .upstreamLost(
                RealtimeFailure(closedWith: code, reason: reason),
                detail: "closed \(code.map(String.init) ?? "without a code") \(reason.prefix(120))"))
    }

    /// The other direction of backpressure: a slow upstream holds the client back.
    func upstreamTakesAudio(_ takes: Bool, on number: Int) {
        guard number == upstreamNumber, let seat else { return }
        seat.link.tell(takes ? .resume(s: seat.number) : .pause(s: seat.number))
    }

    /// The client, or its gateway, takes nothing more for now; or it does again.
    func clientFlowChanged() {
        upstream?.setReading(seat.map { $0.link.takesAudio(for: $0.number) } ?? true)
    }

    private func connect() {
        upstreamNumber += 1
        let number = upstreamNumber
        let bound = NIOLoopBound(self, eventLoop: loop)
        let (client, identifier, loop) = (parts.realtime, safetyIdentifier, loop)
        // Ends by itself: connecting and the handshake have a limit each.
        loop.makeFutureWithTask {
            try await client.connect(safetyIdentifier: identifier, on: loop) { _ in
                let handler = RealtimeHandler(session: bound.value, number: number)
                bound.value.adopt(handler, number)
                return handler
            }
        }.assumeIsolated().whenComplete { result in
            guard number == self.upstreamNumber else { return }
            switch result {
            case .success: self.handle(.upstreamOpened)
            case .failure(let error):
                self.upstream = nil
                self.upstreamNumber += 1
                self.handle(.upstreamLost(RealtimeClient.failure(of: error), detail: "\(error)"))
            }
        }
    }

    /// The handshake is done. A connection that is no longer wanted closes as soon as it can.
    private func adopt(_ handler: RealtimeHandler, _ number: Int) {
        if number == upstreamNumber {
            upstream = handler
        } else {
            loop.assumeIsolated().execute { handler.close() }
        }
    }

    private func disconnect() {
        upstreamNumber += 1
        upstream?.close()
        upstream = nil
    }

    // MARK: Doing what was decided

    private func perform(_ actions: [Action]) {
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
            case .send, .replayAudio, .acknowledge, .answer, .supervise, .store, .judge, .retire:
                later.append((action, seat))
            case .close:
                later.append((action, seat))
                seat = nil
            case .connect: connect()
            case .command(let command, let eventId): send(command, eventId)
            case .forwardHeldAudio:
                for event in heldAudio { upstream?.send(event) }
                heldAudio = []
            case .dropHeldAudio: heldAudio = []
            case .disconnect: disconnect()
            case .start(let timer, let delay): start(timer, after: delay)
            case .stop(let timer): timers.removeValue(forKey: timer)?.cancel()
            case .log(let note): log(note.level, note.text, note.details)
            }
        }
        guard !later.isEmpty || !recorded.isEmpty else { return }
        let step = Step(isReady: recorded.isEmpty, actions: later)
        steps.append(step)
        if recorded.isEmpty { return drain() }
        facts.add(recorded)
        let bound = NIOLoopBound((self, step), eventLoop: loop)
        let loop = loop
        journal.append(recorded) { result in
            loop.execute {
                let (session, step) = bound.value
                // The call goes on from memory; what was to be durable is not acknowledged.
                if case .failure(let error) = result {
                    session.acks.isBroken = true
                    session.log(.error, "the journal takes nothing", ["error": "\(error)"])
                }
                step.isReady = true
                session.drain()
            }
        }
    }

    private func drain() {
        while let step = steps.first, step.isReady {
            steps.removeFirst()
            for (action, seat) in step.actions { finish(action, seat) }
        }
    }

    private func finish(_ action: Action, _ seat: Seat?) {
        switch action {
        case .send(let message): if let seat { deliver(message, to: seat) }
        case .close(let code, let reason):
            if let seat { seat.link.close(seat.number, code: code, reason: reason) }
        case .replayAudio(let itemId, let fromMs):
            if let seat {
                for message in tail.messages(of: itemId, from: fromMs) { seat.link.send(message, to: seat.number) }
            }
        case .acknowledge(let eventIds): acknowledge(eventIds)
        case .answer(let batch, let results): answer(batch, results)
        case .supervise(let message): parts.supervisors.send(message, for: self)
        case .store(let ending): store(ending)
        case .judge: judge()
        case .retire: retire()
        case .record, .welcome, .connect, .command, .forwardHeldAudio, .dropHeldAudio, .disconnect, .start, .stop, .log:
            break
        }
    }

    private func welcome() {
        guard let arriving else { return }
        self.arriving = nil
        seat = arriving
        arriving.link.seat(self, at: arriving.number)
        clientFlowChanged()
        // The first client begins the session; supervision lasts until it is closed.
        parts.supervisors.add(self)
    }

    private func deliver(_ message: ServerMessage, to seat: Seat) {
        do {
            seat.link.send(ByteBuffer(bytes: try Self.encoder.encode(message)), to: seat.number)
        } catch {
            log(.error, "a message cannot be written", ["error": "\(error)"])
        }
    }

    /// With sorted keys, so that a message that is sent again has the same bytes.
    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    private func send(_ command: RealtimeCommand, _ eventId: String) {
        do {
            let event = try command.encoded(eventId: eventId, in: parts.realtime.configuration.dialect)
            upstream?.send(ByteBuffer(bytes: event))
        } catch {
            log(.error, "an event for upstream cannot be written", ["error": "\(error)"])
        }
    }

    private func start(_ timer: Timer, after delay: Duration) {
        timers.removeValue(forKey: timer)?.cancel()
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

    // MARK: Durability

    private func acknowledge(_ eventIds: [String]) {
        acks.waiting += eventIds
        guard !acks.isBusy else { return }
        acks.isBusy = true
        let batch = acks.waiting
        acks.waiting = []
        whenDurable { durable in
            self.acks.isBusy = false
            if let seat = self.seat {
                self.deliver(
                    durable
                        ? .ack(eventIds: batch)
                        : .nack(
                            eventIds: batch, code: "not_durable", message: "The event cannot be kept safely now.",
                            retry: true), to: seat)
            }
            if !self.acks.waiting.isEmpty { self.acknowledge([]) }
        }
    }

    private func answer(_ batch: Int, _ results: [EventResult]) {
        guard let answer = batches.removeValue(forKey: batch), let id = batchIds.removeValue(forKey: batch) else {
            return
        }
        whenDurable { durable in
            answer(durable ? .eventsStored(id: id, results: results) : .failed(id: id, refusal: .notDurable))
        }
    }

    private func whenDurable(_ done: @escaping (Bool) -> Void) {
        guard !acks.isBroken else { return done(false) }
        let bound = NIOLoopBound(done, eventLoop: loop)
        let loop = loop
        journal.synced(upTo: machine.ledger.facts.last?.seq ?? 0) { result in
            loop.execute {
                if case .success = result { bound.value(true) } else { bound.value(false) }
            }
        }
    }

    /// The session's record is the store's from here on. Without the store it waits in the journal.
    private func store(_ ending: SessionEnding) {
        parts.supervisors.remove(self)
        facts.stop()
        let (store, id, journal, logger) = (parts.store, id, journal, logger)
        // Ends with the store's return, or with the process; then the journal is found by the next relay.
        loop.makeFutureWithTask {
            var pause = Duration.milliseconds(500)
            while true {
                do {
                    _ = try await store.end(id, with: ending)
                    break
                } catch {
                    logger.warning("the session's end waits for the store", metadata: ["error": "\(error)"])
                    try await Task.sleep(for: pause)
                    pause = min(pause * 2, .seconds(5))
                }
            }
            try? await journal.delete()
        }.assumeIsolated().whenSuccess { self.handle(.stored) }
    }

    private func judge() {
        let (judgement, id) = (parts.judgement, id)
        // Ends by itself: judging has a limit.
        loop.makeFutureWithTask { await judgement.verdict(on: id) }.assumeIsolated().whenSuccess { verdict in
            self.handle(.judged(verdict.score, error: verdict.error))
        }
    }

    private func retire() {
        for timer in timers.values { timer.cancel() }
        timers = [:]
        parts.supervisors.remove(self)
        disconnect()
        seat = nil
        retired(self)
    }
}

/// Events that wait for the disk before they are acknowledged.
private struct AckQueue {
    var waiting: [String] = []
    var isBusy = false
    /// The journal has refused a fact: nothing is durable any more.
    var isBroken = false
}
