import Domain
import Foundation

/// What is to be started.
struct InstallationPlan: Sendable {
    var counts: [ServiceName: Int] = [.gateway: 1, .relay: 1, .supervisor: 2, .scoring: 1, .reports: 1]
    /// Simulator and supervisors hurry, and logs are short: for thousands of sessions an hour.
    var isFast = false
    /// Where the five binaries and the simulator are.
    var binaries: URL
    /// Of the whole run.
    var folder: URL

    var simulatorArguments: [String] {
        ["--tones", "--log", folder.appending(path: "upstream").path]
            + (isFast ? ["--pace", "50", "--latency", "20"] : [])
    }

    var environment: [String: String] {
        var environment = [
            // Every caller has the same key, which is none.
            "RATE_SESSIONS": "1000000", "RATE_REQUESTS": "10000000",
        ]
        if isFast {
            environment["SUPERVISOR_DEBOUNCE_MS"] = "200"
            environment["LOG_LEVEL"] = "info"
        }
        return environment
    }

    var instances: [Instance] {
        ServiceName.allCases.flatMap { service in
            (0..<(counts[service] ?? 0)).map { Instance(service: service, number: "\($0 + 1)") }
        }
    }
}
