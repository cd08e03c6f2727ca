import TestSupport

/// A running system that several tests use, started by the first. It ends with the test run, which ends what is left of it.
actor SharedSystem {
    /// A customer who talks to no end, and whose answers take half as long to make as to hear.
    private static let customer = ["--tones", "--pace", "2", "--turns", "100"]

    /// For calls beside each other.
    static let calm = SharedSystem()
    /// For calls in which something goes wrong upstream. In each of these they go on one after the other, since faults are
    /// everybody's.
    static let broken = SharedSystem()
    static let troubled = SharedSystem()
    static let stalling = SharedSystem()
    /// Processes die here.
    static let mortal = SharedSystem()
    /// Bounds that are soon reached. A minute is a short session, so that the customer comes to its end after half of it.
    static let bounded = SharedSystem(
        environment: ["IDLE_SECONDS": "12", "RESUME_SECONDS": "3", "MAX_SESSION_MINUTES": "1"])
    /// A call here may cost six US cents.
    static let dear = SharedSystem(environment: ["MAX_SESSION_COST": "0.06"])
    /// Lines upstream that do not last long.
    static let brief = SharedSystem(simulatorArguments: ["--session-seconds", "24"])

    static let all = [calm, broken, troubled, stalling, mortal, bounded, dear, brief]

    private let options: RunningSystem.Options
    private var starting: Task<RunningSystem, any Error>?

    private init(environment: [String: String] = [:], simulatorArguments: [String] = []) {
        var options = RunningSystem.Options()
        options.environment = environment
        options.simulatorArguments = Self.customer + simulatorArguments
        self.options = options
    }

    func system() async throws -> RunningSystem {
        // Owned by this actor and awaited by every caller; ends by itself.
        let task = starting ?? Task { try await RunningSystem.start(options) }
        starting = task
        return try await task.value
    }
}
