import Bootstrap
import Conversation
import Domain
import Foundation
import Logging
import NIOCore
import Secrets
import Storage
import Traces
import WebSocket
import Wire

/// One session on one event loop: it passes what happens to the conversation, and performs the effects.
///
/// Audio passes straight through it, from one channel to the other. What others learn (messages, supervision,
/// acknowledgements) waits until the journal has the facts, in order; what cannot wait (commands upstream, the command
/// to stop playing) does not.
final class LiveSession {
    let id: SessionID
    private var conversation: Conversation
    /// How long the session had lived when this process took it over.
    private let elapsed: SessionTime
    let parts: Parts
    let loop: any EventLoop
    let journal: SessionJournal
    /// What the writes of this process name: it owns the session until another claims it.
    let epoch: Int
    /// Another has claimed it, or it was erased: nothing that comes here may change it, and nobody is told anything.
    var isFenced = false
    let began: NIODeadline
    let logger: Logger
    let retired: (LiveSession) -> Void

    /// The client that is connected now, with its number in the conversation.
    var client: (number: Int, seat: Seat)? {
        didSet { if client?.seat.isSame(as: oldValue?.seat) != true { isClientPaused = false } }
    }
    /// The gateway was told not to read from this client.
    var isClientPaused = false {
        didSet { if isClientPaused != oldValue { parts.metrics.clientIsHeldBack(isClientPaused) } }
    }
    /// The client that has just attached.
    var arriving: Seat?
    var upstream: RealtimeHandler?
    var upstreamNumber = 0
    var traineeAudio = TraineeAudioTail()
    /// What the client that is connected now sends.
    var traineeSamples = WholeSamples()
    var logThrottle = LogThrottle()
    var customerAudio = CustomerAudioTail()
    /// Nil if the call's sound is not recorded, which is the rule.
    let recorder: CallRecorder?
    /// Nil if nobody wants traces.
    let trace: SessionTrace?
    var timers: [Conversation.Timer: Scheduled<Void>] = [:]
    let facts: FactStream
    private(set) lazy var writer = FactWriter(journal.append, loop: loop) { [weak self] state, error in
        self?.journalChanged(state, error)
    }
    var steps: [Step] = []
    var acks = AckQueue()
    /// `session_ended` was sent to the client that is there now, or waits.
    var toldEnd = false
    /// The session's end is in the store.
    var isEndStored = false
    /// What waits for that.
    var endWaiters: [(Bool) -> Void] = []
    var batches: [Int: Batch] = [:]
    var lastBatch = 0
    /// The number of the last fact.
    var lastFact: Int
    /// The item and the response of the last audio, so that their ids become strings once and not for every piece.
    var currentItem = KnownName()
    var currentResponse = KnownName()

    /// An id that comes with every piece of audio, as bytes.
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
        var supervisors: Supervisors
        var afterCall: AfterCall
        var flushes: FlushRound
        /// Where the sound of recorded calls goes; nil if no call is recorded.
        var sounds: SoundDisk?
        var pulse: CellPulse
        /// When a client's event counts as kept.
        var acknowledges = AckPoint.disk
        var metrics: RelayMetrics
        /// Nil if nobody wants traces.
        var tracer: Tracer?
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

    /// What one input led to, which waits for its facts to be in the journal.
    final class Step {
        var isReady: Bool
        let actions: [(Effects.Deferred, Seat?)]
        let began = NIODeadline.now()

        init(isReady: Bool, actions: [(Effects.Deferred, Seat?)]) {
            self.isReady = isReady
            self.actions = actions
        }
    }

    init(
        plan: SessionPlan, journal: SessionJournal, epoch: Int, parts: Parts, loop: any EventLoop, logger: Logger,
        retired: @escaping (LiveSession) -> Void
    ) {
        id = plan.sessionId
        elapsed = plan.elapsed
        conversation = Conversation(plan: plan)
        lastFact = plan.facts.last?.seq ?? 0
        self.parts = parts
        self.loop = loop
        self.journal = journal
        self.epoch = epoch
        self.retired = retired
        began = .now()
        var logger = logger
        logger[metadataKey: "sessionId"] = "\(plan.sessionId)"
        self.logger = logger
        trace = parts.tracer.flatMap { tracer in
            plan.tokenHash.map {
                SessionTrace(
                    of: TraceContext(ofCall: $0), isTakenOver: !plan.facts.isEmpty,
                    model: parts.realtime.configuration.model, tracer: tracer)
            }
        }
        recorder = plan.isRecorded ? parts.sounds.map { CallRecorder($0.file(of: plan.sessionId)) } : nil
        let storeLogger = logger
        facts = FactStream(
            plan.sessionId, by: epoch, confirming: parts.acknowledges == .database, store: parts.store, loop: loop
        ) { error in
            storeLogger.warning("facts wait for the store", metadata: ["error": "\(error)"])
        }
        // The process that recorded them may have died before the store had them all. Facts that the store has stay
        // unchanged.
        facts.add(plan.facts)
        facts.fenced = { [weak self] in self?.fence() }
        facts.erased = { [weak self] in self?.erase() }
    }

    var now: SessionTime {
        elapsed + Int((NIODeadline.now() - began).nanoseconds / 1_000_000)
    }

    /// What is fixed about the session.
    var plan: SessionPlan { conversation.plan }

    func handle(_ input: Conversation.Input) {
        guard !isFenced else { return }
        perform(conversation.handle(input, at: now))
    }

    /// - Returns: what to do with the audio that the input is about.
    func decide(_ audio: Conversation.Input, at now: SessionTime) -> Effects.Audio {
        guard !isFenced else { return .drop }
        let effects = conversation.handle(audio, at: now)
        if !effects.isEmpty { perform(effects) }
        return effects.audio ?? .drop
    }

    /// Whether events are still recorded here; afterwards they belong to the store.
    var takesEvents: Bool { conversation.takesEvents && !isFenced }

    /// Another process takes the session over, or has done so; this one only waits for its disk.
    var isHandedOver: Bool { conversation.isHandedOver || isFenced }

    // MARK: The client

    func isOpened(byTokenHash hash: String) -> Bool {
        conversation.plan.tokenHash.map { constantTimeEquals(hash, $0) } ?? false
    }

    func attach(_ seat: Seat) {
        arriving = seat
        handle(.attached)
    }

    func detach(_ seat: Seat) {
        guard seat.isSame(as: client?.seat) else { return }
        client = nil
        clientFlowChanged()
        handle(.detached)
    }

    /// A message of the client, verbatim. The buffer is valid until the call returns.
    func receive(_ message: UnsafeRawBufferPointer, from seat: Seat) {
        guard seat.isSame(as: client?.seat) else { return }
        if let audio = AudioSplice.audio(in: message) {
            let base64 = UnsafeRawBufferPointer(rebasing: message[audio.base64])
            return traineeSamples.passes(audio.byteCount) ? take(base64, audio.byteCount) : takeUneven(base64)
        }
        if let base64 = AudioSplice.untidyAudio(in: message) { return base64.withUnsafeBytes { takeUneven($0) } }
        switch ClientText.read(message) {
        case .audio(let base64): base64.withUnsafeBytes { takeUneven($0) }
        case .message(let message): handle(.message(message))
        case .invalid(let code, let message): handle(.invalidMessage(code: code, message: message))
        case .invalidEvent(let eventId, let code, let message):
            handle(.invalidEvent(eventId: eventId, code: code, message: message))
        }
    }

    /// Audio that may begin or end inside a sample. OpenAI is sent whole samples only.
    private func takeUneven(_ base64: UnsafeRawBufferPointer) {
        guard let bytes = Base64Text.bytes(of: base64) else { return }
        guard !traineeSamples.passes(bytes.count) else { return take(base64, bytes.count) }
        bytes.withUnsafeBytes { bytes in
            traineeSamples.take(bytes) { samples in
                var even = [UInt8](repeating: 0, count: Base64Text.length(ofBytes: samples.count))
                even.withUnsafeMutableBytes { Base64Text.encode(samples, into: $0) }
                even.withUnsafeBytes { take($0, samples.count) }
            }
        }
    }

    private func take(_ base64: UnsafeRawBufferPointer, _ byteCount: Int) {
        let now = now
        guard byteCount > 0,
            case .keep(let piece, let keptFrom, let forwards) = decide(.traineeAudio(byteCount: byteCount), at: now)
        else { return }
        recorder?.traineeSpoke(base64, at: now)
        traineeAudio.add(base64, at: piece)
        traineeAudio.trim(before: keptFrom)
        if forwards { upstream?.append(base64) }
    }

    /// Events of a REST batch. The answer comes when they are durable.
    func submit(_ events: [ClientEvent], answer: @escaping (RelayMessage) -> Void, id: String) {
        lastBatch += 1
        let number = lastBatch
        batches[number] = Batch(id: id, answer: answer)
        handle(.batch(number: number, events: events))
    }
}
