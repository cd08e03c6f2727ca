import Domain
import Foundation
import Logging
import NIOCore
import Secrets
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
    var machine: StateMachine
    let parts: Parts
    let loop: any EventLoop
    let journal: SessionJournal
    let began: NIODeadline
    let logger: Logger
    let retired: (LiveSession) -> Void

    var seat: Seat?
    var arriving: Seat?
    var upstream: RealtimeHandler?
    var upstreamNumber = 0
    /// Of the trainee's audio.
    var speechTail = SpeechTail()
    /// Of the customer's.
    var tail = AudioTail()
    var timers: [Timer: Scheduled<Void>] = [:]
    let facts: FactStream
    private(set) lazy var writer = FactWriter(journal.append, loop: loop) { [weak self] state, error in
        self?.journalChanged(state, error)
    }
    var steps: [Step] = []
    var acks = AckQueue()
    var batches: [Int: Batch] = [:]
    var lastBatch = 0
    /// The item and the response that audio last came of, so that their names are made into strings once and not for every
    /// piece.
    var currentItem = KnownName()
    var currentResponse = KnownName()

    /// A name that comes again and again, as bytes.
    struct KnownName {
        private var bytes: [UInt8] = []
        private var text = ""

        mutating func text(of name: UnsafeRawBufferPointer) -> String {
            if name.count == bytes.count, bytes.withUnsafeBytes({ $0.isSame(as: name) }) { return text }
            bytes = Array(name)
            text = String(decoding: name, as: UTF8.self)
            return text
        }
    }

    /// What sessions share.
    struct Parts {
        var realtime: RealtimeClient
        var store: any SessionStore
        var supervisors: SupervisorLinks
        var judgement: Judgement
        var flushes: FlushRound
        var metrics = RelayMetrics()
    }

    /// Where a client sits: its number on the link of its gateway.
    struct Seat {
        let link: GatewayLink
        let number: Int

        func isSame(as other: Seat?) -> Bool { other.map { $0.link === link && $0.number == number } ?? false }
    }

    /// A REST batch that waits for its answer.
    struct Batch {
        let id: String
        let answer: (RelayMessage) -> Void
    }

    /// Events that wait for the disk before they are acknowledged.
    struct AckQueue {
        var waiting: [(id: String, since: NIODeadline)] = []
        var isBusy = false
    }

    /// Actions of one input that wait for its facts to be in the journal.
    final class Step {
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
        // The process that recorded them may have died before the store had them all; what it has is left alone.
        facts.add(plan.facts)
    }

    var now: SessionTime {
        machine.plan.elapsed + Int((NIODeadline.now() - began).nanoseconds / 1_000_000)
    }

    func handle(_ input: Input) {
        perform(machine.handle(input, at: now))
    }

    var safetyIdentifier: String { machine.plan.safetyIdentifier }

    /// Whether events are still recorded here; afterwards they are the store's.
    var takesEvents: Bool { machine.phase != .ended && !isHandedOver }

    /// Another process is to go on with it; this one only waits for its disk.
    var isHandedOver: Bool { machine.phase == .suspended && machine.isOver }

    // MARK: The client

    func isOpened(byTokenHash hash: String) -> Bool {
        machine.plan.tokenHash.map { constantTimeEquals(hash, $0) } ?? false
    }

    func attach(_ seat: Seat) {
        arriving = seat
        handle(.attached)
    }

    func detach(_ seat: Seat) {
        guard seat.isSame(as: self.seat) else { return }
        self.seat = nil
        handle(.detached)
    }

    /// A message of the client, verbatim. It lasts until the call returns.
    func receive(_ message: UnsafeRawBufferPointer, from seat: Seat) {
        guard seat.isSame(as: self.seat) else { return }
        if let audio = AudioSplice.audio(in: message) {
            return take(UnsafeRawBufferPointer(rebasing: message[audio.base64]), audio.byteCount)
        }
        switch ClientText.read(message) {
        case .audio(let base64, let byteCount): base64.withUnsafeBytes { take($0, byteCount) }
        case .message(let message): handle(.message(message))
        case .nonsense(let code, let message): handle(.nonsense(code: code, message: message))
        case .brokenEvent(let eventId, let message): handle(.brokenEvent(eventId: eventId, message: message))
        }
    }

    private func take(_ base64: UnsafeRawBufferPointer, _ byteCount: Int) {
        guard byteCount > 0 else { return }
        let (decision, actions) = machine.clientAudio(byteCount, at: now)
        perform(actions)
        guard decision != .drop else { return }
        let end = machine.inputClock.position
        speechTail.add(base64, at: end - byteCount..<end)
        speechTail.trim(before: machine.unheard.keptFrom(end))
        if decision != .hold { upstream?.append(base64) }
    }

    /// Events of a REST batch. The answer comes when they are durable.
    func submit(_ events: [ClientEvent], answer: @escaping (RelayMessage) -> Void, id: String) {
        lastBatch += 1
        let number = lastBatch
        batches[number] = Batch(id: id, answer: answer)
        handle(.batch(number: number, events: events))
    }
}
