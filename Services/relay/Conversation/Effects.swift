package import Domain

/// What an input led to: what to do now, what to write to the journal, and what to do once the journal has it.
package struct Effects {
    /// What to do with the piece of audio that was the input; nil for other inputs.
    package internal(set) var audio: Audio?
    /// In order. Nothing here waits for the disk: commands upstream, timers, the command to stop playing, the log.
    package private(set) var now: [Immediate] = []
    /// To the journal, in order.
    package private(set) var facts: [RecordedFact] = []
    /// In order, once `facts` are in the journal: what the client and other services learn must survive this process.
    package private(set) var onceRecorded: [Deferred] = []

    /// What to do with a piece of audio.
    package enum Audio: Hashable, Sendable {
        case drop
        /// Keep the trainee's audio and, if `forwards`, send it upstream. Kept audio before `keptFrom` can go. Both are
        /// positions: bytes of the audio that this process kept before.
        case keep(Range<Int>, keptFrom: Int, forwards: Bool)
        /// Send the customer's audio to the client. `offsetMs` is its offset in the item in milliseconds, `playedAt`
        /// when the client will have played it.
        case play(offsetMs: Int, playedAt: SessionTime)
    }

    package enum Immediate: Sendable {
        /// The client that attached is the session's client from now on, under this number.
        case welcome(client: Int)
        /// Take nothing more from this client; its close follows in `onceRecorded`.
        case release(client: Int)
        /// The client must stop playing: `audio_clear`.
        case silence(client: Int, itemId: String, heardMs: Int)

        /// An item of the customer is over: when the trainee began to hear it, and how much of it. Only of recorded calls.
        case heard(itemId: String, from: SessionTime, milliseconds: Int)
        /// The client was gone in the middle of an item: when the trainee heard the rest begin. Only of recorded calls.
        case resumed(itemId: String, offsetMs: Int, at: SessionTime)

        case connect
        case command(RealtimeCommand, eventId: String)
        /// Append kept pieces of the trainee's audio, by their positions.
        case appendAudio([Range<Int>])
        /// Keep a piece of silence as if the trainee had sent it, and append it. Kept audio before `keptFrom` can go.
        /// Both are positions.
        case appendSilence(Range<Int>, keptFrom: Int)
        case disconnect
        /// The server refuses this in every session, so none should ask for it again.
        case remember(RefusedSetting)

        case start(Conversation.Timer, after: Duration)
        case stop(Conversation.Timer)
        case log(Note)
        case count(Figure)
    }

    package enum Deferred: Sendable {
        case send(ServerMessage, client: Int)
        case close(client: Int, code: CloseCode, reason: String)
        /// Send the audio of this item from this offset on again, and everything after it.
        case replayAudio(client: Int, itemId: String, fromMs: Int)
        /// Acknowledge these events once they are on disk.
        case acknowledge(eventIds: [String])
        case answer(batch: Int, results: [EventResult])

        case supervise(SupervisionRequest)
        /// The worker does not answer: choose another one.
        case replaceSupervisor

        case store(EndRecord)
        case score
        /// Find out whether events came late.
        case checkRescoring
        /// Nothing more will happen: forget the session.
        case retire
        /// Release the session: another process takes it over.
        case handOver
    }

    /// What the metrics count.
    package enum Figure: Hashable, Sendable {
        case upstreamLost
        /// The trainee had stopped speaking this long before the first sound of the answer was sent.
        case answered(afterMs: Int)
        /// An item of the customer went silent in its middle, because its next piece came this late.
        case customerGap(ms: Int)
        /// A piece of the trainee's audio came this long after the one before it.
        case traineeGap(ms: Int)
        /// What an answer used, and what it cost.
        case tokens(input: Int, output: Int, cost: Double)
        /// A VR object or action that no table knows.
        case unknownInteraction
    }

    /// An entry for the log; the shell adds the session's id.
    package struct Note: Hashable, Sendable {
        package enum Level: Sendable { case debug, info, warning, error }

        package var level: Level
        package var text: String
        package var details: [String: String] = [:]
    }

    package var isEmpty: Bool { now.isEmpty && facts.isEmpty && onceRecorded.isEmpty }

    mutating func perform(_ action: Immediate) { now.append(action) }

    mutating func record(_ fact: RecordedFact) { facts.append(fact) }

    mutating func performOnceRecorded(_ action: Deferred) { onceRecorded.append(action) }

    mutating func start(_ timer: Conversation.Timer, after delay: Duration) { perform(.start(timer, after: delay)) }

    mutating func stop(_ timer: Conversation.Timer) { perform(.stop(timer)) }
}
