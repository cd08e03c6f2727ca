import Domain
import SeededRandom

/// What one caller says and does in one call. Depends on the dice alone.
struct CallScript: Hashable, Sendable {
    /// Something that happens in VR, and the way in which it is reported.
    struct Deed: Hashable, Sendable {
        var event: ClientEvent
        var way: JournalEntry.Way
    }

    struct Turn: Hashable, Sendable {
        var line: String
        /// The same utterance for the second attempt, if there was no answer; neither text contains the other.
        var repetition: String
        var isTyped: Bool
        /// Speaks before the customer's answer has been played to the end.
        var interrupts: Bool
        /// Loses the connection after it has spoken, as in a Wi-Fi gap.
        var losesConnection: Bool
        var deeds: [Deed]
    }

    static let scenarios = [
        "fmc_resistant", "fmc_balcony", "newcomer_confused", "lapsed_broken_device", "velo_terrace", "hostile_queue",
    ]
    /// Each gets a number appended, so that no two utterances of a run are alike.
    private static let lines = [
        "Good afternoon, may I ask you what you smoke at the moment?",
        "What do you like most about it, and what bothers you?",
        "Before I show you anything, may I see your date of birth please?",
        "This heats a tobacco stick instead of burning it. How does that sound to you?",
        "I understand. Where do you mostly smoke, at home or at work?",
        "What would have to be true for you to try it?",
    ]

    var scenario: String
    var turns: [Turn]
    /// The customer ends the call after a farewell; otherwise the trainee does.
    var endsWithFarewell: Bool
    /// At the end every event is uploaded again over REST, not only the unacknowledged ones.
    var handsEverythingIn: Bool

    /// - Parameters:
    ///   - name: `3-17`, which makes the call's utterances and event ids unique.
    ///   - isFast: typed utterances only, no interruptions and no lost connections.
    init(_ name: String, isFast: Bool, dice: inout SplitMix64) {
        scenario = Self.scenarios.randomElement(using: &dice) ?? "fmc_resistant"
        endsWithFarewell = dice.isTrue(withProbability: 0.4)
        handsEverythingIn = dice.isTrue(withProbability: 0.5)
        let count = Int.random(in: 3...6, using: &dice)
        turns = []
        for number in 1...count {
            var line = Self.lines[(number - 1) % Self.lines.count]
            if number == count, endsWithFarewell { line = "Thank you for your time, goodbye." }
            turns.append(
                Turn(
                    line: "\(line) Note \(name)-\(number).", repetition: "\(line) Note \(name)-\(number) again.",
                    isTyped: isFast || dice.isTrue(withProbability: 0.5),
                    interrupts: !isFast && number > 1 && dice.isTrue(withProbability: 0.15),
                    losesConnection: !isFast && dice.isTrue(withProbability: 0.05),
                    deeds: Self.deeds("\(name)-\(number)", dice: &dice)))
        }
    }

    private static func deeds(_ name: String, dice: inout SplitMix64) -> [Deed] {
        (0..<Int.random(in: 0...3, using: &dice)).map { number in
            let content: ClientEvent.Content =
                dice.isTrue(withProbability: 0.5)
                ? .init(type: "VR_INTERACTION", data: ["interactedObject": "GLO_Device", "action": "PICKUP"])
                : .init(type: "TABLET_CHOICE", data: ["question": .string("Q\(number)"), "answer": "Option_B"])
            let event = ClientEvent(eventId: "event-\(name)-\(number)", data: content)
            return Deed(event: event, way: dice.isTrue(withProbability: 0.25) ? .rest : .socket)
        }
    }
}
