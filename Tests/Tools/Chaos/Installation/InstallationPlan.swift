import Domain
import Foundation

/// What to start.
struct InstallationPlan: Sendable {
    var counts: [ServiceName: Int] = [.gateway: 1, .relay: 1, .supervisor: 2, .scoring: 1, .reports: 1]
    /// Fast simulator and supervisors, and short logs: for thousands of sessions per hour.
    var isFast = false
    /// The usual limits on requests, and a customer who never ends the conversation.
    var isForFloods = false
    /// Folder of the five service binaries and the simulator.
    var binaries: URL
    /// Folder of the whole run.
    var folder: URL

    var simulatorArguments: [String] {
        ["--tones", "--log", folder.appending(path: "upstream").path]
            + (isFast ? ["--pace", "50", "--latency", "20"] : []) + (isForFloods ? ["--turns", "1000000"] : [])
    }

    var environment: [String: String] {
        var environment = [
            // No caller has an API key, so all of them share one limit.
            "RATE_SESSIONS": "1000000", "RATE_REQUESTS": "10000000",
        ]
        if isForFloods {
            environment["RATE_REQUESTS"] = nil
            environment["LOG_LEVEL"] = "info"
        }
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
