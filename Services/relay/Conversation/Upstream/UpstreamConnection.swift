/// The connection to OpenAI: whether it is ready, how often it was lost, and when it last showed a sign of life.
struct UpstreamConnection {
    enum Stage { case closed, opening, configuring, ready }

    var stage = Stage.closed
    var settings: RealtimeSettings
    /// Attempts to connect since the last connection that became ready.
    var attempts = 0
    /// Times that a connection was lost since the last complete answer.
    var losses = 0
    /// Commands sent over all connections.
    var commands = 0
    var wasReadyBefore = false
    /// `reconnecting` was sent, to a client if one was connected.
    var lossWasReported = false
    /// Its session will end by itself before long: a new connection must replace it in the next pause.
    var isOld = false
    var lastEvent = SessionTime.zero
    /// When audio was last sent to it.
    var lastAudio = SessionTime.zero
    /// Since when audio has been sent to it without a pause.
    var fedSince = SessionTime.zero
    /// Until then an exhausted rate limit delays the retry of an answer.
    var limitedUntil = SessionTime.zero
}
