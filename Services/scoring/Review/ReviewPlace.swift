import Domain

/// A place where a rule may be broken, as shown to the readers, who judge it by meaning.
struct ReviewPlace: Sendable {
    /// `p1`, `p2`, …: its name in the answer.
    let name: String
    let finding: Finding
    let utterance: Utterance

    /// Maximum number of places: more than an hour of bad conversation has. Beyond it only the most severe ones are
    /// read.
    static let most = 80
    private static let rules: Set<Finding.Rule> = [
        .forbiddenWord, .productClaim, .needsBeforePitch, .injectionSuspected, .ageCheck,
    ]

    /// What the rules found in words and readers may decide about.
    static func places(of findings: [Finding], in transcript: [Utterance]) -> [ReviewPlace] {
        let read = findings.filter { finding in
            rules.contains(finding.rule)
                && (finding.status == .suspected || finding.status == .violated && isClaim(finding))
                && finding.evidence.text != nil
        }
        let gravest = [Finding.Severity.blocker, .major, .minor, .info].flatMap { severity in
            read.filter { $0.severity == severity }
        }
        return gravest.compactMap { finding in
            transcript.first { $0.utteranceId == finding.evidence.utteranceId }.map { (finding, $0) }
        }
        .prefix(most).enumerated().map { index, place in
            ReviewPlace(name: "p\(index + 1)", finding: place.0, utterance: place.1)
        }
    }

    /// Whether the finding rests on what words mean, and not on what was done when.
    static func isClaim(_ finding: Finding) -> Bool {
        [.forbiddenWord, .productClaim, .needsBeforePitch].contains(finding.rule)
            || finding.id == "pitch_to_minor"
    }
}

/// How words were meant.
enum Meaning: String, CaseIterable, Codable, Sendable {
    case asserted, denied, reported, question, referral, other

    /// Completes the sentence «Read as …».
    var name: String {
        switch self {
        case .asserted: "a claim"
        case .denied: "a denial"
        case .reported: "what somebody else says"
        case .question: "a question"
        case .referral: "a referral to somebody who can help"
        case .other: "something else"
        }
    }
}
