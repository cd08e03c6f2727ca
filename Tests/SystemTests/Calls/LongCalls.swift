import Domain
import Foundation
import TestSupport
import TrainingClient

/// Calls that need a running system of their own, or much time. All begin when the first is asked for.
enum LongCalls: CaseIterable, Sendable {
    case gatewayKilled, lostForGood, renewedLine, silence, timeLimit, costLimit

    static let played = PlayedInAdvance<LongCalls> { try await $0.play() }

    /// Bounds that are soon reached. A minute is a short session, so that the customer comes to its end after half of it.
    private static let bounded = SharedSystem(
        environment: ["IDLE_SECONDS": "12", "RESUME_SECONDS": "3", "MAX_SESSION_MINUTES": "1"])
    /// Lines upstream that do not last long.
    private static let brief = SharedSystem(
        simulatorArguments: SharedSystem.simulatorArguments + ["--session-seconds", "24"])
    private static let dear = SharedSystem(environment: ["MAX_SESSION_COST": "0.06"])
    private static let restarting = SharedSystem()

    private func play() async throws -> PlayedCall {
        switch self {
        case .gatewayKilled:
            return try await Self.restarting.system().perform { scene in
                try await scene.headset.say("Good afternoon! What do you smoke?")
                try await scene.headset.listen()
                try await scene.headset.say("Tell me the whole story, from the beginning.")
                try await scene.headset.hear(milliseconds: 1_500)
                let gateway = scene.system.process(.gateway)
                gateway?.signal(SIGKILL)
                try await gateway?.exitCode()
                try scene.system.launch(.gateway, instance: "1")
                try await scene.headset.comeBack()
                try await scene.headset.listen(quietMs: 1_500)
                try await scene.headset.say("And where do you buy it?")
                try await scene.headset.listen()
            }
        case .lostForGood:
            return try await Self.bounded.system().perform { scene in
                try await scene.headset.say("Good afternoon! What do you smoke?")
                try await scene.headset.listen()
                scene.headset.cut()
            }
        case .renewedLine:
            return try await Self.brief.system().perform { scene in
                try await scene.headset.talk(untilSessionTime: 12_000)
                // The line is to be renewed in a pause of the last quarter of its 24 s. Of real ones that is five minutes;
                // here the pause has to be given.
                try await scene.headset.waitForSessionTime(21_600)
                try await scene.headset.talk(untilSessionTime: 34_000)
            }
        case .silence:
            return try await Self.bounded.system().perform { scene in
                try await scene.headset.say("Good afternoon! What do you smoke?")
                try await scene.headset.listen()
                try await scene.headset.waitForEnd()
            }
        case .timeLimit: return try await Self.bounded.system().perform { try await $0.headset.talkToTheEnd() }
        case .costLimit: return try await Self.dear.system().perform { try await $0.headset.talkToTheEnd() }
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

    /// Asks one thing after the other and hears the answers out. Begins no new turn after a time.
    func talk(untilSessionTime milliseconds: Double) async throws {
        repeat { try await ask(log.lines.count) } while sessionTime < milliseconds
    }

    /// Asks one thing after the other until the session is over, or for longer than it should last.
    func talkToTheEnd() async throws {
        while log.messages("session_ended").isEmpty, sessionTime < 70_000 {
            do {
                try await ask(log.lines.count)
            } catch {
                // Nobody answers when the session has ended in between.
                if log.messages("session_ended").isEmpty { throw error }
            }
        }
    }

    private func ask(_ number: Int) async throws {
        try await say("\(Self.questions[number % Self.questions.count])")
        try await listen(within: .seconds(20))
    }
}
