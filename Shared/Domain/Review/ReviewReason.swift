/// Why a session waits for a trainer, the most urgent first.
public enum ReviewReason: String, Codable, CaseIterable, Sendable {
    /// The trainee waits for an answer.
    case dispute
    case needsReview = "needs_review"
    /// It is in the blind sample, and nobody has scored it yet.
    case sample
}

/// The sessions whose scores a person gives without seeing the machine's, so that both can be compared.
public enum BlindSample {
    /// Of 100 sessions.
    public static let share: UInt64 = 5

    /// The same answer for the same session everywhere and always.
    public static func contains(_ id: SessionID) -> Bool { hash("blind-sample/\(id.text)") % 100 < share }

    /// FNV-1a, then mixed, because ids differ in their last digits only.
    private static func hash(_ text: String) -> UInt64 {
        var value = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

extension SessionRecord {
    public var reviewReasons: [ReviewReason] {
        guard let score else { return [] }
        var reasons: [ReviewReason] = []
        if review?.openDispute != nil { reasons.append(.dispute) }
        if score.needsReview { reasons.append(.needsReview) }
        if isUnscoredSample { reasons.append(.sample) }
        return reasons
    }

    /// In the blind sample, judged by the machine, and by no person yet.
    var isUnscoredSample: Bool {
        score?.counted == true && BlindSample.contains(sessionId) && review?.isReviewed != true
    }

    /// Whether a trainer must not see the machine's numbers yet. Sessions that were judged before there was a queue are
    /// not in it, and hide nothing.
    public var isBlind: Bool { awaitsReview == true && isUnscoredSample }
}
