import Domain
import Foundation
import HTTPClient
import TestSupport
import TrainingClient

/// A call that a test plays: one headset in one session of a running system.
struct Scene: Sendable {
    let system: RunningSystem
    let server: TrainingServer
    let created: TrainingServer.Created
    let headset: Headset

    /// The simulator's view of this call: all sessions of the person who heard what this headset heard.
    func simulated() async throws -> [SimulatedSession] {
        let all = try await system.simulatedSessions()
        let heard = Set(headset.log.items.map(\.id))
        let users = Set(all.filter { $0.items.contains { heard.contains($0.id) } }.compactMap(\.user))
        return all.filter { $0.user.map(users.contains) ?? false }
    }

    /// Waits until the simulator has generated all of the long answer that the headset is playing.
    func waitUntilGenerated() async throws {
        try await eventually("the story is generated") {
            guard let item = headset.log.items.last, item.receivedMs > 5_000 else { return false }
            return try await simulated().flatMap(\.items).contains { $0.id == item.id && $0.status == "completed" }
        }
    }

    /// The record once the session has ended and is scored, or after a minute in any case.
    func record() async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let record = try await server.session(created.sessionId)
            let isDone = record["status"]?.string == "ended" && record["score"]?["overall"] != nil
            if isDone || ContinuousClock.now > deadline { return record }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

extension RunningSystem {
    /// Plays a call, ends it if the script has not, and collects what is known about it.
    ///
    /// - Throws: `GaveUp` if the script failed.
    /// - Parameters:
    ///   - faults: set for this call and removed after it. Only for calls without concurrent ones.
    ///   - fates: what must be left of the trainee's utterances, by number from 0, if it is not their words.
    func perform(
        scenario: String = "newcomer_confused", faults: [JSONValue]? = nil,
        options: Headset.Options = Headset.Options(),
        fates: [Int: CallEvidence.Fate] = [:], _ script: (Scene) async throws -> Void
    ) async throws -> PlayedCall {
        let server = TrainingServer(address: url.absoluteString)
        if let faults { try await fault(["faults": .array(faults)]) }
        let created = try await server.create(
            scenarioId: scenario, traineeId: "REP_\(UInt32.random(in: .min ... .max))")
        let headset = Headset(url: created.wsUrl, options: options)
        defer { headset.hangUp() }
        let scene = Scene(system: self, server: server, created: created, headset: headset)
        do {
            try await headset.connect()
            try await script(scene)
            if headset.log.closings.last?.code != 1_000, headset.call.isConnected {
                if headset.log.messages("session_ended").isEmpty {
                    try await headset.end()
                } else {
                    try await headset.waitForEnd()
                }
            }
        } catch {
            throw RepeatWhenLate.GaveUp(latenessMs: headset.latenessMs, reason: error)
        }
        if faults != nil { try await fault(["faults": []]) }
        return try await PlayedCall(scene, fates: fates)
    }

    /// All Realtime sessions of the simulator, in order.
    fileprivate func simulatedSessions() async throws -> [SimulatedSession] {
        let address = openAI.absoluteString.replacing("/v1", with: "/simulator/sessions")
        let answer = try await HTTPClient.shared.send(HTTPRequest("GET", address, bodyLimit: 64 << 20))
        return try JSONDecoder().decode(SimulatedSessions.self, from: answer.body).sessions
    }
}
