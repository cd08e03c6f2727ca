import Domain
import TrainingClient

/// What is known about a call from its sources: the headset, which knows what was said and heard; the simulator, which
/// knows what was spoken; and the record, which is compared with both.
struct CallEvidence: Sendable {
    /// What must be left of an utterance of the trainee.
    enum Fate: Hashable, Sendable {
        case words
        /// Its transcription failed.
        case inaudible
        /// Nothing was recognised, so nothing was said.
        case nothing
    }

    /// An utterance of the trainee; times by the headset's clock.
    struct Said: Sendable {
        var text: String
        var fate = Fate.words
        var startMs: Double
        var endMs: Double
    }

    // MARK: The headset

    var said: [Said] = []
    var heard: [HeadsetSpeaker.Item] = []
    /// Every `seq` in order of arrival, including duplicates.
    var seqs: [Int] = []
    /// When the session's clock was at 0.
    var sessionBeganMs = 0.0
    /// When the connection was lost.
    var lossesMs: [Double] = []
    /// How late the headset or the server's answers were at most: on a machine that is busy with other things,
    /// everything is late.
    var latenessMs = 0.0
    /// How much of that is tolerated: a server that is always slow gets no more.
    var grantedMs: Double { min(latenessMs, 600) }
    /// When `session_ended` arrived; nil if it did not.
    var sessionEndedMs: Double?
    /// When the headset has played, or will have played, everything that arrived.
    var playedOutMs = 0.0

    /// Items whose last second may be lost: they were being spoken when the process that records them was killed.
    var brokenOff: Set<String> = []

    // MARK: The simulator

    /// The sessions of this call, in order.
    var sessions: [SimulatedSession] = []

    // MARK: The record

    var transcript: [Utterance] = []
    var status = ""
    var isScored = false
    var endTrigger: String?
}
