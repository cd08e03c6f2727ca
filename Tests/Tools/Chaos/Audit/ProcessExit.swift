/// The end of a process.
struct ProcessExit: Codable, Hashable, Sendable {
    /// `relay.1`.
    var process: String
    /// Seconds since the run began.
    var at: Double
    /// The exit code, or minus the signal.
    var code: Int32
    /// A fault or the end of the run requested it, and the exit code is the expected one.
    var isWanted: Bool
    /// The end of its log if the exit was not wanted.
    var lastWords: String
}
