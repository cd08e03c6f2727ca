package import Domain

extension Conversation {
    /// Everything that can happen to a session.
    package enum Input: Sendable {
        /// The session was created or taken over. Its client may have left meanwhile.
        case opened

        // The client
        case attached
        case detached
        /// A piece of the trainee's audio, in bytes. `Effects.audio` says what to do with it.
        case traineeAudio(byteCount: Int)
        case message(ClientMessage)
        /// A message that is not part of the protocol.
        case invalidMessage(code: ErrorCode, message: String)
        case invalidEvent(eventId: String, code: ErrorCode = .invalidEvent, message: String)
        /// Events of a REST batch. `Effects.Deferred.answer` carries the same number.
        case batch(number: Int, events: [ClientEvent])

        // OpenAI
        case upstreamOpened
        /// The connection failed to open, or closed.
        case upstreamLost(RealtimeFailure, detail: String)
        /// A piece of the customer's audio, in bytes. `Effects.audio` says what to do with it.
        case customerAudio(byteCount: Int, itemId: String, responseId: String?)
        case upstream(RealtimeEvent)

        // The supervisor
        /// A worker was chosen for this session; it does not know the session yet.
        case supervisorFound
        case supervisorLost
        case verdict(Verdict)
        case finding(Finding)
        case heard(HeardClaim)
        case lapse(RoleLapse)
        case evaluationFailed(evalSeq: Int, code: String)

        // The process itself
        case timer(Timer)
        /// The disk began to refuse facts, or takes them again.
        case journal(JournalState)
        /// The record is in the store.
        case stored
        /// Scoring ended. Either a scorecard or an error code for the client.
        case scored(Scorecard?, error: String?)
        /// Whether the session is being scored again because of late events.
        case rescoring(Bool)
        /// The process takes no new sessions: a session without a client continues in another process.
        case drain
        /// The process stops: the session must continue in another process, or end.
        case leave
    }

    /// What a session waits for. Each wait is bounded, and at most one of a kind runs.
    package enum Timer: Hashable, Sendable {
        case connect, reconnect, session, idle, resume, resumeGrace, stall, retryResponse
        /// The trainee speaks or is muted, and their audio may have stopped coming.
        case microphone
        /// The trainee's turn is over and no answer has begun.
        case answer
        /// Nobody has spoken for as long as the customer bears it.
        case silence
        /// The trainee had time to speak first.
        case opening
        /// Something happened, and the customer says something to it if nobody speaks.
        case scene
        /// Something happens around the customer at a fixed time.
        case clock
        /// The customer must begin to wrap up.
        case wrapUp
        /// The upstream connection must be replaced before OpenAI ends it.
        case renew
        /// An item starts or ends playing, by the playback clock.
        case playback
        case lastWords, stragglers, score
        /// The client has its score and may still send events that it kept.
        case farewell
        /// The process cannot wait any longer for a pause.
        case leave
        /// The supervisor owes an evaluation.
        case verdict
    }

    /// Whether the journal takes facts.
    package enum JournalState: Hashable, Sendable {
        case durable
        /// The disk refuses facts; `waiting` facts are only in memory.
        case refused(waiting: Int)
    }
}
