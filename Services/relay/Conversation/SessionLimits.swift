package import Domain

/// The bounds of one session; nothing in it waits longer than one of these says.
package struct SessionLimits: Hashable, Sendable {
    /// How long a client may be disconnected.
    package var resume = Duration.seconds(60)
    package var session = Duration.seconds(30 * 60)
    /// How long nobody may speak or do anything.
    package var idle = Duration.seconds(120)
    /// From an attempt to connect to OpenAI until it has confirmed `session.update`.
    package var connect = Duration.seconds(20)
    /// How long the server keeps a connection, where it does not say itself when it ends.
    package var upstream = Duration.seconds(3_600)
    /// How long the last words may take to be played.
    package var lastWords = Duration.seconds(15)
    /// How long transcripts may come late at the end.
    package var stragglers = Duration.seconds(3)
    /// How long an answer that is due or under way may show no sign of life.
    package var stall = Duration.seconds(15)
    /// After a turn of the trainee of which the server makes no item, or no words, until it is asked to answer.
    package var lostTurn = Duration.milliseconds(3_500)
    /// After any other turn until the server is asked to answer.
    package var unansweredTurn = Duration.seconds(8)
    /// How long an upstream connection that is sent audio may show no sign of life, when no answer is due.
    package var silentUpstream = Duration.seconds(60)
    /// From the customer's last words to the supervisor's answer: its pause, the model's ten seconds, and a margin.
    package var verdict = Duration.seconds(20)
    /// How long before the end of the session the customer is asked to wrap up.
    package var wrapUp = Duration.seconds(60)
    /// What a session may cost, in the currency of the prices; nil for no limit.
    package var cost: Double?
    package var prices = TokenPrices.standard
    /// How long a client waits for its score. Scoring continues without it.
    package var score = Duration.seconds(240)
    /// How long a client that has its score may send events that it kept, before the connection is closed.
    package var farewell = Duration.seconds(1)
    /// How long a session that is handed over to another process may wait for a pause.
    package var leaving = Duration.seconds(5)
    /// How long messages are held back for a returning client that has not said yet what it missed.
    package var resumeGrace = Duration.seconds(1)
    /// Audio that is held until OpenAI is ready: 2 s.
    package var heldAudioBytes = 2_000 * PCM.bytesPerMillisecond
    /// Before this, only the trainee and the customer may end a session, and the customer not by a sale.
    package var supervisorMayEnd = Duration.seconds(20)
    /// Client events kept per session, and the bytes of their data: a MongoDB document holds at most 16 MiB.
    package var events = SessionEvent.mostPerSession
    package var eventBytes = SessionEvent.mostBytesPerSession
    /// Maximum age, in seconds, of the last fact of a session that has not ended. If it is older, its client has given
    /// up.
    package var longestSilence: Double { Double((resume + idle).milliseconds) / 1_000 }
    /// Facts that a full disk may leave in memory before the session ends: half an hour of conversation.
    package var unwrittenFacts = 2_000
    /// Characters of a typed utterance, and its bytes of UTF-8.
    package var text = 4_000
    package var textBytes = 16_000
    /// Utterances of the trainee up to which typed ones are taken, and the bytes of their words: more than anybody
    /// types in half an hour.
    package var textLines = 2_000
    package var allTextBytes = 1 << 20
    /// Verdicts and findings recorded per session: twice as many as half an hour of conversation has.
    package var verdicts = 1_000
    package var findings = 1_000
    /// How often one connection may ask for what it missed.
    package var resumes = 5

    package init() {}
}
