import TestSupport

/// A running system that several tests use, started by the first. It runs until the test run ends, which kills its
/// processes.
actor SharedSystem {
    /// A customer who does not end the call, and whose answers are generated twice as fast as they play.
    private static let customer = ["--tones", "--pace", "2", "--turns", "100"]

    /// For concurrent calls.
    static let calm = SharedSystem()
    /// For calls in which something goes wrong upstream. On each of these systems calls run one after the other,
    /// because faults affect all calls.
    static let broken = SharedSystem()
    static let cut = SharedSystem()
    static let troubled = SharedSystem()
    static let stalling = SharedSystem()
    /// For calls in which processes are killed.
    static let mortal = SharedSystem()
    /// Limits that are reached soon. One minute is a short session, so the customer starts to wrap up after half of it.
    static let bounded = SharedSystem(
        environment: ["IDLE_SECONDS": "12", "RESUME_SECONDS": "3", "MAX_SESSION_MINUTES": "1"])
    /// A call here may cost at most six US cents.
    static let dear = SharedSystem(environment: ["MAX_SESSION_COST": "0.06"])
    /// Upstream connections that do not last long.
    static let brief = SharedSystem(simulatorArguments: ["--session-seconds", "24"])

    static let all = [calm, broken, cut, troubled, stalling, mortal, bounded, dear, brief]

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
