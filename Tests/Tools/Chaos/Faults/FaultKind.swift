import ArgumentParser

/// What the tool does to the installation.
enum FaultKind: String, Codable, CaseIterable, ExpressibleByArgument, Sendable {
    /// SIGKILL to one process.
    case kill
    /// SIGKILL to two processes of different kinds at once.
    case kill2
    /// An extra supervisor starts and is killed after some seconds, or an existing one is killed.
    case workers
    /// SIGSTOP for some seconds, then SIGCONT.
    case stop
    /// SIGTERM to one process, which is started again.
    case term
    /// SIGTERM to every process, one after the other, each ready before the next.
    case rolling
    /// The database is killed and comes back with its data.
    case database
    /// Connections to the database are reset, or stay open while nothing gets through.
    case cut
    /// The disk of the journals or of the data files is full for some seconds.
    case disk
    /// A service's socket file is removed.
    case sockets
    /// OpenAI's socket stops reading for some seconds.
    case upstreamStall = "upstream-stall"
    /// Every caller's microphone falls silent, also in mid-sentence, and sends again some seconds later.
    case mute

    /// Whether what the trainee says is not heard while it lasts, and must be heard again afterwards.
    var silencesTrainees: Bool { self == .upstreamStall || self == .mute }
}
