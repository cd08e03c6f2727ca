import Domain
import Foundation
import TestSupport
import TrainingClient

/// Calls that need a running system of their own, or much time. All start when the first one is requested.
enum LongCalls: CaseIterable, Sendable {
    case gatewayKilled, relayKilled, lostForGood, stalledLine, renewedLine, silence, timeLimit, costLimit

    static let played = PlayedInAdvance<LongCalls> { try await $0.play() }

    private func play() async throws -> PlayedCall {
        switch self {
        case .gatewayKilled: return try await Self.talkOverDeath(of: .gateway)
        case .relayKilled:
            // It uses the same system, so the calls must not run concurrently.
            _ = try? await Self.played.call(.gatewayKilled)
            return try await Self.talkOverDeath(of: .relay)
        case .stalledLine:
            // An answer that contains invalid JSON, and one that stalls half-way.
            return try await SharedSystem.stalling.system().perform(
                faults: [["kind": "bad_json", "nth": 1], ["kind": "stall_response", "nth": 2]]
            ) { scene in
                try await scene.headset.say("Good afternoon! What do you smoke?")
                try await scene.headset.listen()
                try await scene.headset.say("And what do you like about it?")
                try await scene.headset.hear(milliseconds: 100)
                // After 15 s without data the relay replaces the upstream connection, and the answer is generated
                // again.
                try await scene.headset.wait("the line is back") { scene.headset.log.statuses.last == "ok" }
                try await scene.headset.listen(quietMs: 2_500)
                try await scene.headset.say("When is the first one?")
                try await scene.headset.listen()
            }
        case .lostForGood:
            return try await SharedSystem.bounded.system().perform { scene in
                try await scene.headset.say("Good afternoon! What do you smoke?")
                try await scene.headset.listen()
                scene.headset.cut()
            }
        case .renewedLine:
            return try await SharedSystem.brief.system().perform { scene in
                try await scene.headset.talk(untilSessionTime: 12_000)
                // The upstream is renewed in a pause within the last quarter of its 24 s. For a real one these are the
                // last five minutes; here the test has to provide the pause.
                try await scene.headset.waitForSessionTime(21_600)
                try await scene.headset.talk(untilSessionTime: 34_000)
            }
        case .silence:
            return try await SharedSystem.bounded.system().perform { scene in
                try await scene.headset.say("Good afternoon! What do you smoke?")
                try await scene.headset.listen()
                // Muted, so that the persona's own patience does not count.
                scene.headset.call.closeMicrophone()
                scene.headset.call.send(.mute(on: true))
                try await scene.headset.waitForEnd()
            }
        case .timeLimit: return try await SharedSystem.bounded.system().perform { try await $0.headset.talkToTheEnd() }
        case .costLimit: return try await SharedSystem.dear.system().perform { try await $0.headset.talkToTheEnd() }
        }
    }
}

extension LongCalls {
    /// A process is killed while the customer speaks, and restarted.
    private static func talkOverDeath(of service: ServiceName) async throws -> PlayedCall {
        try await SharedSystem.mortal.system().perform { scene in
            try await scene.headset.say("Good afternoon! What do you smoke?")
            try await scene.headset.listen()
            try await scene.headset.say("Tell me the whole story, from the beginning.")
            try await scene.headset.hear(milliseconds: 1_500)
            let process = scene.system.process(service)
            process?.signal(SIGKILL)
            try await process?.exitCode()
            try scene.system.launch(service, instance: "1")
            try await scene.headset.comeBack()
            try await scene.headset.listen(quietMs: 1_500)
            try await scene.headset.say("And where do you buy it?")
            try await scene.headset.listen()
        }
    }
}

extension Headset {
    private static let questions = [
        "Good afternoon! What do you smoke?", "And what do you like about it?", "When is the first one?",
        "Where do you go for it?", "Who smokes with you?", "What bothers you about it?", "What did you try before?",
        "How was that?", "What would it have to be like?", "What does your family say?",
        "How do you spend the evening?",
        "What would you change first?",
    ]

    /// Milliseconds since the session began.
    private var sessionTime: Double { log.now - (log.sessionBeganMs ?? 0) }

    func waitForSessionTime(_ milliseconds: Double) async throws {
        try await pause(milliseconds: max(0, Int(milliseconds - sessionTime)))
    }

    /// Asks one question after the other and hears the answers to the end. Starts no new turn after this session time.
    func talk(untilSessionTime milliseconds: Double) async throws {
        repeat { try await ask(log.lines.count) } while sessionTime < milliseconds
    }

    /// Asks one question after the other until the session is over, or for about 70 s.
    func talkToTheEnd() async throws {
        while log.messages("session_ended").isEmpty, sessionTime < 70_000 {
            do {
                // The pause avoids speaking just when the customer has left and the session ends.
                try await ask(log.lines.count, quietMs: 1_500)
            } catch {
                // There is no answer if the session has ended meanwhile.
                if log.messages("session_ended").isEmpty { throw error }
            }
        }
    }

    private func ask(_ number: Int, quietMs: Double = 800) async throws {
        try await say("\(Self.questions[number % Self.questions.count])")
        try await listen(quietMs: quietMs, within: .seconds(20))
    }
}
