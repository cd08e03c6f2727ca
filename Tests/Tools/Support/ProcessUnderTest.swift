public import Foundation

/// A real process that a test starts, signals and stops, and whose output it reads.
public final class ProcessUnderTest: Sendable {
    public let name: String
    public let pid: Int32

    private let process: Process
    private let log: URL

    /// - Parameters:
    ///   - environment: the whole environment; of the test runner's, only `PATH`, `HOME` and `LD_LIBRARY_PATH` are
    ///     passed on.
    ///   - log: file for stdout and stderr.
    public init(
        _ name: String, executable: URL, arguments: [String] = [], environment: [String: String] = [:],
        folder: URL? = nil, log: URL
    ) throws {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        let own = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key) }
        process.environment = own.merging(environment) { _, given in given }
        if let folder { process.currentDirectoryURL = folder }
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try Self.withoutBlockedSignals { try process.run() }
        try output.close()
        self.name = name
        self.process = process
        self.pid = process.processIdentifier
        self.log = log
        Reaper.shared.watch(pid)
    }

    public var isRunning: Bool { process.isRunning }

    /// The output so far.
    public var output: String {
        (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    }

    public func signal(_ number: Int32) {
        if process.isRunning { kill(pid, number) }
    }

    /// Waits until it ends.
    ///
    /// - Returns: the exit code, or minus the signal that ended it.
    /// - Throws: `NeverHappened` if it is still running after `limit`.
    @discardableResult
    public func exitCode(within limit: Duration = .seconds(20)) async throws -> Int32 {
        try await eventually("\(name) ends", within: limit) { !process.isRunning }
        Reaper.shared.forget(pid)
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// Sends SIGTERM, and SIGKILL if it is still running after `limit`.
    public func stop(within limit: Duration = .seconds(15)) async {
        signal(SIGTERM)
        if (try? await exitCode(within: limit)) == nil {
            signal(SIGKILL)
            _ = try? await exitCode(within: .seconds(5))
        }
    }

    /// The threads of Swift's pool block most signals, and a child inherits that: it would never receive SIGTERM.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}
