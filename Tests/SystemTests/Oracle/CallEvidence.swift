import Domain
import TrainingClient

/// What is known of a call from those who were there: the headset, which knows what was said and heard; the simulator,
/// which knows what was spoken; and the record, which is to be held against both.
struct CallEvidence: Sendable {
    /// What has to be left of a line that the trainee said.
    enum Fate: Hashable, Sendable {
        case words
        /// Its transcription failed.
        case inaudible
        /// Nothing was recognised, so that nothing was said.
        case nothing
    }

    /// A line of the trainee; times by the headset's clock.
    struct Said: Sendable {
        var text: String
        var fate = Fate.words
        var startMs: Double
        var endMs: Double
    }

    // MARK: The headset

    var said: [Said] = []
    var heard: [HeadsetSpeaker.Item] = []
    /// Every `seq`, in the order of coming, duplicates included.
    var seqs: [Int] = []
    /// When the session's clock stood at 0.
    var sessionBeganMs = 0.0
    /// When the connection was lost.
    var lossesMs: [Double] = []
    /// By how much the headset or the server's answers were late at most: on a machine that is busy with other things, so is
    /// everybody.
    var latenessMs = 0.0
    /// What is granted of it: a server that is always slow gets no more.
    var grantedMs: Double { min(latenessMs, 600) }
    /// When `session_ended` came; nil when it did not.
    var sessionEndedMs: Double?
    /// When the headset had played out, or will have, all that came.
    var playedOutMs = 0.0

    /// Items of which the last second may be lost: they were being said when the process that writes them down was killed.
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
