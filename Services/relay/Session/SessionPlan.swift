import Compliance
import Domain
import Foundation

/// What is settled about a session before it begins: who is met where, and within which bounds.
struct SessionPlan: Sendable {
    var sessionId: SessionID
    /// Of the token that its clients show; nil for a session that was stored without one.
    var tokenHash: String?
    var persona: Persona
    var scenario: Scenario
    /// A stable pseudonym of the trainee.
    var safetyIdentifier: String
    var startedAt: Date
    var rules: RuleSettings
    /// Which interactions are known; nil where nobody counts the others.
    var handover: Handover?
    /// How long ago that was when this process took the session over; zero in the one that began it.
    var elapsed = SessionTime.zero
    /// Events that its client uploaded before it began.
    var earlierEvents: [SessionEvent] = []
    /// What another process has recorded of it.
    var facts: [RecordedFact] = []
    var settings: RealtimeSettings
    var limits: SessionLimits

    /// UTC, `YYYY-MM-DD`.
    var sessionDate: String {
        String(startedAt.ISO8601Format().prefix(10))
    }
}

/// The bounds of one session; nothing in it waits longer than one of these says.
struct SessionLimits: Hashable, Sendable {
    /// How long a client may be gone.
    var resume = Duration.seconds(60)
    var session = Duration.seconds(30 * 60)
    /// How long nobody may speak or do anything.
    var idle = Duration.seconds(120)
    /// From the call to OpenAI until it has confirmed `session.update`.
    var connect = Duration.seconds(20)
    /// How long the last words may take to be played out.
    var lastWords = Duration.seconds(15)
    /// How long transcripts may come late at the end.
    var stragglers = Duration.seconds(3)
    /// How long an answer that is due or under way may show no sign of life.
    var stall = Duration.seconds(15)
    /// How long a line that is sent sound may show none, when no answer is due.
    var silentLine = Duration.seconds(60)
    /// From the customer's last words to the supervisor's answer: its pause, the model's ten seconds, and some.
    var verdict = Duration.seconds(20)
    /// Before the end of the longest session, when the customer is told to come to an end.
    var wrapUp = Duration.seconds(60)
    /// What a session may cost, in the currency of the prices; nil for any amount.
    var cost: Double?
    var prices = TokenPrices.standard
    /// How long a client waits for its score. Scoring goes on without it.
    var score = Duration.seconds(240)
    /// How long a client that has its score may hand in events that it kept, before the connection is closed.
    var farewell = Duration.seconds(1)
    /// How long a session that is being handed over to another process may wait for a pause.
    var leaving = Duration.seconds(5)
    /// How long messages are held back for a returning client that has not said yet what it missed.
    var resumeGrace = Duration.seconds(1)
    /// Audio that is held until OpenAI is ready: 2 s.
    var heldAudioBytes = 2_000 * PCM.bytesPerMillisecond
    /// Before this, nobody but the trainee and the customer may end a session.
    var supervisorMayEnd = Duration.seconds(20)
    /// Client events kept per session, and the bytes of their data: MongoDB's document has room for 16 MiB of everything.
    var events = SessionEvent.mostPerSession
    var eventBytes = SessionEvent.mostBytesPerSession
    /// How long ago the last fact of a session may be that nobody has ended, in seconds. Longer, and its client cannot be
    /// waiting any more.
    var longestSilence: Double { Double((resume + idle).milliseconds) / 1_000 }
    /// Facts that a full disk may leave in memory before the session ends: half an hour of talk.
    var unwrittenFacts = 2_000
    /// Characters of a typed line.
    var text = 4_000
    /// Messages that make no sense, before the client is sent away.
    var invalidMessages = 20
}

extension Duration {
    /// Whole milliseconds, for the session's clocks.
    var milliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
