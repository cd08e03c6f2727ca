import Domain

/// The client's side of a session: which connection is the current one, what it may be sent now, and the numbered
/// messages that a returning client may ask for again.
struct Client {
    /// A `resume`: what the client has, and how far it played.
    struct Resume {
        var lastSeq: Int
        var played: ClientMessage.Played?
    }

    private struct Connection {
        /// 1, 2, 3, … over the session's life in this process.
        var number: Int
        /// The client was sent `ready`.
        var isReady = false
        /// The first message that is held back. A returning client gets new messages only after it has said what it
        /// missed; otherwise it would take them for everything there was.
        var heldFrom: Int?
        /// A `resume` that came before `ready`.
        var earlyResume: Resume?
        var knowsAudioIsEarly = false
        /// What it was told once and need not be told again.
        var told: Set<ErrorCode> = []
        var resumes = 0
        var useless = UselessMessages()
        var pace = MicrophonePace()
        /// Maps the times of its events to the session's clock.
        var clock = EventClock()
    }

    private var connection: Connection?
    private var lastNumber = 0
    private var outbox = Outbox()

    var isConnected: Bool { connection != nil }
    var isReady: Bool { connection?.isReady == true }
    /// The client came back and has not said yet what it missed.
    var isHeld: Bool { connection?.heldFrom != nil }
    /// The client is ready and gets messages as they come.
    var isListening: Bool { isReady && !isHeld }
    var lastSeq: Int { outbox.lastSeq }

    // MARK: Connections

    mutating func attach(_ effects: inout Effects) {
        lastNumber += 1
        connection = Connection(number: lastNumber, heldFrom: outbox.lastSeq > 0 ? outbox.lastSeq + 1 : nil)
        effects.perform(.welcome(client: lastNumber))
    }

    mutating func leave() {
        connection = nil
    }

    /// Closes the connection, once what was sent before is on its way.
    mutating func close(code: CloseCode, _ reason: String, _ effects: inout Effects) {
        guard let number = connection?.number else { return }
        connection = nil
        effects.perform(.release(client: number))
        effects.performOnceRecorded(.close(client: number, code: code, reason: reason))
    }

    // MARK: Sending

    /// Sends a message as it is. `resume` repeats it only if it was numbered.
    func send(_ message: ServerMessage, _ effects: inout Effects) {
        if let number = connection?.number { effects.performOnceRecorded(.send(message, client: number)) }
    }

    /// A non-fatal error, for the developer of the client.
    func complain(_ code: ErrorCode, _ message: String, _ effects: inout Effects) {
        send(.error(seq: nil, code: code, message: message, fatal: false, retryAfterMs: nil), &effects)
    }

    /// A non-fatal error that a connection is sent once, however often its cause recurs.
    mutating func complainOnce(_ code: ErrorCode, _ message: String, _ effects: inout Effects) {
        guard connection?.told.insert(code).inserted == true else { return }
        complain(code, message, &effects)
    }

    /// Numbers a message, keeps it for `resume`, and sends it to a client that listens.
    mutating func sendNumbered(_ effects: inout Effects, _ make: (Int) -> ServerMessage) {
        let message = outbox.add(make)
        if isListening { send(message, &effects) }
    }

    /// Numbers a message that another process sent, in the same order.
    mutating func restore(_ make: (Int) -> ServerMessage) {
        _ = outbox.add(make)
    }

    /// Has the client stop playing, without waiting for the disk.
    func silence(_ itemId: String, heardMs: Int, _ effects: inout Effects) {
        if let number = connection?.number {
            effects.perform(.silence(client: number, itemId: itemId, heardMs: heardMs))
        }
    }

    func replayAudio(of itemId: String, fromMs: Int, _ effects: inout Effects) {
        if let number = connection?.number {
            effects.performOnceRecorded(.replayAudio(client: number, itemId: itemId, fromMs: fromMs))
        }
    }

    // MARK: Ready and resume

    mutating func beReady(_ ready: ServerMessage.Ready, _ effects: inout Effects) {
        connection?.isReady = true
        send(.ready(ready), &effects)
    }

    /// Keeps a `resume` that came before `ready`.
    mutating func keepResume(_ resume: Resume) {
        connection?.earlyResume = resume
    }

    mutating func takeEarlyResume() -> Resume? {
        defer { connection?.earlyResume = nil }
        return connection?.earlyResume
    }

    /// Messages are sent as they come from now on.
    mutating func endHold() {
        connection?.heldFrom = nil
    }

    /// The numbered messages after `seq`; nil if some are no longer kept or `seq` is out of range.
    func messages(after seq: Int) -> ArraySlice<ServerMessage>? { outbox.messages(after: seq) }

    /// Sends every message after `seq` again.
    ///
    /// - Returns: the number of messages; nil if some are no longer kept or `seq` is out of range.
    func resend(after seq: Int, _ effects: inout Effects) -> Int? {
        guard let missed = messages(after: seq) else { return nil }
        for message in missed { send(message, &effects) }
        return missed.count
    }

    /// Sends what was held back from a client that does not resume.
    mutating func sendHeld(_ effects: inout Effects) {
        guard let from = connection?.heldFrom else { return }
        endHold()
        _ = resend(after: from - 1, &effects)
    }

    // MARK: What it sends

    /// The session time of an event, in seconds; `arrival` when the client gave none.
    mutating func date(of time: Double?, arrival: Double) -> Double {
        connection?.clock.dates(of: [time], arrival: arrival).first ?? arrival
    }

    /// - Returns: how often this connection has asked for what it missed.
    mutating func countResume() -> Int {
        connection?.resumes += 1
        return connection?.resumes ?? 0
    }

    /// Counts a message without effect; `kind` says what is wrong with it.
    mutating func takeUseless(_ kind: String, at now: SessionTime) -> UselessMessages.Reaction {
        connection?.useless.take(kind, at: now.milliseconds) ?? .ignore
    }

    /// Counts audio.
    ///
    /// - Returns: whether it has just become clear that the audio comes faster than it can be spoken.
    mutating func becomesTooFast(_ byteCount: Int, at now: SessionTime) -> Bool {
        connection?.pace.take(byteCount, at: now) == true
    }

    /// Reports, once per connection, that audio came before `ready` and exceeds what is kept.
    mutating func refuseEarlyAudio(_ effects: inout Effects) {
        guard connection?.knowsAudioIsEarly == false else { return }
        connection?.knowsAudioIsEarly = true
        complain(.notReady, "Audio is welcome after `ready`; two seconds of it are kept until then.", &effects)
    }
}
