import Domain
import Foundation
import Speech
import TestSupport
import TrainingClient

/// One call that goes on until the run ends, whatever happens to the server meanwhile.
struct HeldCall: Sendable {
    /// How long the customer may take to begin its answer, in seconds, before the trainee speaks again.
    private static let answerPatience = 6.0
    private static let storyPatience = 40.0
    private static let endPatience = 60.0
    private static let scorePatience = 120.0
    private static let reportSeconds = 0.2
    /// Also after a loss that the server does not survive at once.
    private static let creationPatience = 30.0

    let name: String
    let server: TrainingServer
    let clock: RunClock
    let end: RunEnd
    /// Of its journal.
    let folder: URL
    let shortestSilence: Double

    func run() async -> Outcome {
        var outcome = Outcome(call: name)
        let path = folder.appending(path: "\(name).jsonl")
        do {
            let journal = try JournalWriter(path, clock: clock)
            let created = try await create(journal)
            outcome.session = created.sessionId
            outcome.address = created.wsUrl.split(separator: "?").first.map(String.init) ?? ""
            let line = CallLine(url: created.wsUrl, journal: journal, isFast: false, microphones: MuteSwitch())
            do {
                try await talk(on: line)
            } catch {
                outcome.problem = "\(error)"
            }
            outcome.hasEnded = line.ear.now.hasEnded
            outcome.hasScore = line.ear.now.hasScore
            outcome.unacknowledged = line.call.unacknowledged.count
            line.hangUp()
            journal.close()
        } catch {
            outcome.problem = "\(error)"
        }
        let call = CallJournal(name: name, jsonl: (try? Data(contentsOf: path)) ?? Data())
        outcome.count(CallPulse(call), from: shortestSilence, began: clock.began)
        return outcome
    }

    private func create(_ journal: JournalWriter) async throws -> TrainingServer.Created {
        let deadline = clock.now + Self.creationPatience
        let key = "hold-\(clock.began.timeIntervalSince1970)-\(name)"
        while true {
            do {
                let created = try await server.create(
                    scenarioId: "fmc_resistant", traineeId: name, client: "hold", idempotencyKey: key)
                journal.write(.created(session: created.sessionId))
                return created
            } catch {
                guard clock.now < deadline else { throw error }
                try await Task.sleep(for: .seconds(0.5))
            }
        }
    }

    private func talk(on line: CallLine) async throws {
        var attempts = 0
        var number = 0
        try await line.connect(attempts: &attempts)
        say(#"{"call":"\#(name)","connected":true}"#)
        while !end.isReached, !line.ear.now.hasEnded {
            number += 1
            line.call.send(.event(event(number)))
            ask(number, on: line)
            let before = line.ear.now.lastAt
            // An utterance that a dying process took with it is said again.
            if try await wait(Self.answerPatience, on: line, &attempts, until: { line.ear.now.lastAt > before + 1 }) {
                say(#"{"call":"\#(name)","hears":\#(number)}"#)
            }
            _ = try await wait(Self.storyPatience, on: line, &attempts) {
                clock.now > max(line.ear.playsUntil, line.ear.now.lastAt) + 0.5
            }
        }
        let deadline = clock.now + Self.endPatience
        while !line.ear.now.hasEnded, clock.now < deadline {
            line.call.send(.endSession)
            _ = try await wait(Self.endPatience / 4, on: line, &attempts, isTalking: false) { line.ear.now.hasEnded }
        }
        _ = try await wait(Self.scorePatience, on: line, &attempts, isTalking: false) {
            line.ear.now.hasScore && line.call.unacknowledged.isEmpty
        }
    }

    /// Aloud and typed by turns. Asked like this, the simulator's customer speaks for ten seconds and more.
    private func ask(_ number: Int, on line: CallLine) {
        let text = "Tell me the whole story. \(name) \(number)"
        if number.isMultiple(of: 2) {
            line.call.send(.text(text))
        } else {
            line.call.say(SpokenTag.samples(for: text))
        }
    }

    private func event(_ number: Int) -> ClientEvent {
        ClientEvent(
            eventId: "\(name)-\(number)",
            data: .init(type: "VR_INTERACTION", data: ["interactedObject": "GLO_Device", "action": "PICKUP"]))
    }

    /// Waits for a condition; meanwhile reconnects when necessary and reports playback.
    ///
    /// - Returns: whether it held within this many seconds.
    private func wait(
        _ seconds: Double, on line: CallLine, _ attempts: inout Int, isTalking: Bool = true,
        until condition: () -> Bool
    ) async throws -> Bool {
        let deadline = clock.now + seconds
        var reportAt = 0.0
        while !condition() {
            if !line.isUp { try await line.connect(attempts: &attempts) }
            guard clock.now < deadline, !(isTalking && end.isReached) else { return false }
            if clock.now >= reportAt {
                reportAt = clock.now + Self.reportSeconds
                if let played = line.ear.played(isAll: false) { line.call.send(.played(played)) }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }
}
