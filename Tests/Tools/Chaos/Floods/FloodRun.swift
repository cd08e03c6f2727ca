import Domain
import Foundation
import HTTPClient
import TestSupport
import TrainingClient

/// One kind of flood beside one steady call.
struct FloodRun: Sendable {
    struct Outcome: Codable, Sendable {
        var kind: FloodKind
        var messages = 0
        var connections = 0
        /// Close codes, or statuses of REST, and how often.
        var closings: [Int: Int] = [:]
        /// Longest gap in the audio of the steady call, in milliseconds, and the pieces that it got.
        var gapMs = 0.0
        var pieces = 0
        /// Largest resident memory during the flood and until its session was scored, in megabytes.
        var relayMB = 0.0
        var gatewayMB = 0.0
        var endTrigger: String?
        var isScored = false
        var faults: [String] = []
    }

    /// How long the session may take to end and to be scored after the flood, in seconds.
    private static let endPatience = 120.0

    let kind: FloodKind
    let seconds: Double
    let limits: (gapMs: Double, relayMB: Double)
    let installation: Installation

    private var server: TrainingServer { TrainingServer(address: installation.system.url.absoluteString) }

    func run() async -> Outcome {
        var outcome = Outcome(kind: kind)
        do {
            let steady = try await server.create(scenarioId: "fmc_resistant", traineeId: "STEADY")
            let flooded = try await server.create(scenarioId: "fmc_resistant", traineeId: "FLOOD")
            try await flood(flooded, beside: SteadyCall(url: steady.wsUrl), &outcome)
        } catch {
            outcome.faults.append("\(error)")
        }
        return outcome
    }

    private func flood(_ session: TrainingServer.Created, beside call: SteadyCall, _ outcome: inout Outcome)
        async throws
    {
        let memory = MemoryWatch(installation)
        let watch = Task { await memory.run() }
        defer { watch.cancel() }
        let talk = Task { try await call.run() }
        // The first answer is under way before the flood begins.
        try await Task.sleep(for: .seconds(2))
        let result = await Flooder(kind: kind, server: server, session: session, seconds: seconds).run()
        (outcome.messages, outcome.connections, outcome.closings) =
            (result.messages, result.connections, result.closings)
        let closeCode = call.closeCode
        talk.cancel()
        do { try await talk.value } catch { outcome.faults.append("the steady call: \(error)") }
        (outcome.gapMs, outcome.pieces) = (call.longestGap, call.pieces)
        let record = await end(session)
        outcome.endTrigger = record?["endTrigger"]?.string
        outcome.isScored = record?["score"]?["overall"]?.number != nil
        (outcome.relayMB, outcome.gatewayMB) = await memory.peaks
        if let closeCode { outcome.faults.append("the steady call was closed with \(closeCode)") }
        if outcome.pieces < Int(seconds) {
            outcome.faults.append("the steady call got \(outcome.pieces) pieces of audio")
        }
        if outcome.gapMs >= limits.gapMs { outcome.faults.append("a gap of \(Int(outcome.gapMs)) ms") }
        if outcome.relayMB >= limits.relayMB { outcome.faults.append("\(Int(outcome.relayMB)) MB in the relay") }
        if record?["status"] != "ended" { outcome.faults.append("the flooding session has not ended") }
        if !outcome.isScored { outcome.faults.append("the flooding session is not scored") }
        if installation.process(Instance(service: .relay, number: "1"))?.isRunning != true {
            outcome.faults.append("the relay is gone")
        }
    }

    /// Ends the flooding session as its client would, and waits for its score.
    private func end(_ session: TrainingServer.Created) async -> JSONValue? {
        let deadline = ContinuousClock.now + .seconds(Self.endPatience)
        var record: JSONValue?
        while ContinuousClock.now < deadline {
            record = try? await server.session(session.sessionId)
            if record?["status"] == "ended" {
                if record?["score"]?["overall"]?.number != nil { break }
            } else {
                let call = TrainingCall(url: session.wsUrl)
                try? await call.connect()
                try? await Task.sleep(for: .milliseconds(500))
                call.send(.endSession)
                try? await Task.sleep(for: .seconds(2))
                call.hangUp()
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
        return record
    }
}

/// The largest resident memory of relay and gateway.
actor MemoryWatch {
    private let installation: Installation
    private var largest: [ServiceName: Double] = [:]

    init(_ installation: Installation) {
        self.installation = installation
    }

    var peaks: (relay: Double, gateway: Double) { (largest[.relay] ?? 0, largest[.gateway] ?? 0) }

    /// Samples until the calling task is cancelled.
    func run() async {
        while !Task.isCancelled {
            for service in [ServiceName.relay, .gateway] {
                let instance = Instance(service: service, number: "1")
                guard let process = installation.process(instance),
                    let sample = ProcessSample("\(instance)", pid: process.pid, at: 0, finishedCalls: 0)
                else { continue }
                largest[service] = max(largest[service] ?? 0, sample.residentKB / 1_024)
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
