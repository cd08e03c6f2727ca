import Domain
import Storage
import Wire

extension LiveSession {
    /// Everything that can happen to a session, audio apart, of which the state machine hears as a number of bytes.
    enum Input: Sendable {
        /// The session is there, its client perhaps not any more.
        case opened

        // The client
        case attached
        case detached
        case message(ClientMessage)
        /// A message that is none of the protocol's: `unknown_message` or `invalid_message`.
        case nonsense(code: String, message: String)
        case brokenEvent(eventId: String, message: String)
        /// Events of a REST batch; answered under the same number.
        case batch(number: Int, events: [ClientEvent])

        // OpenAI
        case upstreamOpened
        /// The connection did not come about, or is gone.
        case upstreamLost(RealtimeFailure, detail: String)
        case upstream(RealtimeEvent)

        // The supervisor
        /// A worker is there for this session and knows nothing of it yet.
        case supervisorFound
        case supervisorLost
        case verdict(Verdict)
        case finding(Finding)
        case evaluationFailed(evalSeq: Int, code: String)

        // Our own
        case timer(Timer)
        /// The disk has begun to refuse facts, or takes them again.
        case journal(FactWriter.State)
        /// The record is in the store.
        case stored
        /// Scored and filed, or finally not: what the client gets to know.
        case judged(Scorecard?, error: String?)
        /// Whether the session is judged once more, because of events that came late.
        case rejudging(Bool)
        /// The process stops: the session has to go on in another one, or to come to its end.
        case leave
    }

    /// What a session waits for. Each has a bound, and at most one of a kind runs.
    enum Timer: Hashable, Sendable {
        case connect, reconnect, session, idle, resume, resumeGrace, stall, retryResponse
        /// The customer is to come to an end soon.
        case wrapUp
        /// The connection to OpenAI is to be replaced before OpenAI ends it.
        case renew
        /// Something begins or ends playing, by the playback clock.
        case playback
        case lastWords, stragglers, score
        /// The client has its score, and may hand in events that it kept.
        case farewell
        /// The process cannot wait for a better moment.
        case leave
        /// The supervisor owes an evaluation.
        case verdict
    }

    /// What is to be done, in this order.
    enum Action: Sendable {
        // To the client
        /// The client that attached is the session's now.
        case welcome
        case send(ServerMessage)
        case close(code: Int, reason: String)
        /// Send what of this item's audio was sent already, from this offset on.
        case replayAudio(itemId: String, fromMs: Int)
        /// Tell that these are durable, once they are.
        case acknowledge(eventIds: [String])
        case answer(batch: Int, results: [EventResult])

        // To OpenAI
        case connect(RealtimeSettings)
        case command(RealtimeCommand, eventId: String)
        /// Append what was kept of the trainee's audio at these positions, and tell the input clock what that was.
        case sendAudio(Range<Int>)
        case disconnect

        // Elsewhere
        /// To the journal, before anything that follows.
        case record(RecordedFact)
        case supervise(SupervisorMessage)
        /// The worker does not answer: take another one.
        case replaceSupervisor
        case start(Timer, after: Duration)
        case stop(Timer)
        case store(EndRecord)
        case judge
        /// Find out whether events came late.
        case askForRejudging
        case log(Note)
        case count(Figure)
        /// Nothing more will happen: forget the session.
        case retire
        /// Nothing more will happen here: leave the session to whoever takes it over next.
        case handOver
    }

    typealias EventResult = EventResult

    /// What an operator counts.
    enum Figure: Sendable {
        case upstreamLost
        /// Of a VR object or action that nobody has said anything about.
        case unknownInteraction
    }

    /// A line for the log; the session's id is added to it.
    struct Note: Hashable, Sendable {
        enum Level: Sendable { case debug, info, warning, error }

        var level: Level
        var text: String
        var details: [String: String] = [:]
    }

    /// What becomes of a piece of audio.
    enum AudioDecision: Hashable, Sendable {
        /// To the other side; with its offset in its item, where it is the customer's.
        case forward(offsetMs: Int)
        case hold
        case drop
    }
}
