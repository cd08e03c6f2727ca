import TestSupport

/// A running system that several tests use, started by the first. It ends with the test run, which ends what is left of it.
actor SharedSystem {
    /// For calls beside each other.
    static let calm = SharedSystem()

    /// A customer who talks to no end, and whose answers take half as long to make as to hear.
    static let simulatorArguments = ["--tones", "--pace", "2", "--turns", "100"]

    private let options: RunningSystem.Options
    private var starting: Task<RunningSystem, any Error>?

    init(
        environment: [String: String] = [:], simulatorArguments: [String] = SharedSystem.simulatorArguments
    ) {
        var options = RunningSystem.Options()
        options.environment = environment
        options.simulatorArguments = simulatorArguments
        self.options = options
    }

    func system() async throws -> RunningSystem {
        // Owned by this actor and awaited by every caller; ends by itself.
        let task = starting ?? Task { try await RunningSystem.start(options) }
        starting = task
        return try await task.value
    }
}
