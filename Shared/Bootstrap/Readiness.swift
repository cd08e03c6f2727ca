public import Domain
import Foundation
import Synchronization

/// Whether this process can do its work now: named checks, all of which must pass. Not ready from SIGTERM on.
public final class Readiness: Sendable {
    /// Nil if the check passes, otherwise the reason, for the operator.
    public typealias Check = @Sendable () async -> String?

    private struct State {
        var checks: [String: Check] = [:]
        var isStopping = false
    }

    private let service: ServiceName
    private let instance: String
    private let state = Mutex(State())

    public init(service: ServiceName, instance: String) {
        self.service = service
        self.instance = instance
    }

    /// Adds a check, or replaces the one with this name. A check that takes longer than 2 s counts as failed.
    public func add(_ name: String, _ check: @escaping Check) {
        state.withLock { $0.checks[name] = check }
    }

    /// From now on the process is not ready, whatever the checks say.
    public func stop() {
        state.withLock { $0.isStopping = true }
    }

    public var isStopping: Bool { state.withLock { $0.isStopping } }

    public func report() async -> Report {
        let (checks, isStopping) = state.withLock { ($0.checks, $0.isStopping) }
        var answers = await withTaskGroup(of: (String, String).self) { group in
            for (name, check) in checks {
                group.addTask { (name, await Self.bounded(check) ?? "ok") }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        if isStopping { answers["process"] = "stopping" }
        return Report(service: service, instance: instance, checks: answers)
    }

    private static func bounded(_ check: @escaping Check) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await check() }
            group.addTask {
                try? await Task.sleep(for: .seconds(2))
                return "no answer within 2 s"
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// What `/readyz` answers.
    public struct Report: Codable, Sendable {
        public let service: ServiceName
        public let instance: String
        public let status: String
        /// "ok", or the reason why the check failed.
        public let checks: [String: String]

        public var isReady: Bool { status == "ready" }

        init(service: ServiceName, instance: String, checks: [String: String]) {
            self.service = service
            self.instance = instance
            self.checks = checks
            self.status = checks.values.allSatisfy { $0 == "ok" } ? "ready" : "not ready"
        }

        /// The report as a JSON object with sorted keys.
        public var json: String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(self) else { return "{}" }
            return String(decoding: data, as: UTF8.self)
        }
    }
}
