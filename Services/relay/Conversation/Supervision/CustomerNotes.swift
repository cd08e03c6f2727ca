import Domain

/// What the customer is told between two answers, each once: claims that he heard and doubts, and corrections when his
/// words did not fit the role. A note whose answer was lost with its connection is told again on the next one.
struct CustomerNotes {
    enum Content: Hashable {
        case heard(String)
        case correction(RoleLapse.Kind)
    }

    private struct Note {
        var content: Content
        /// Of the claim; nil for a correction.
        var findingId: String?
        /// The current connection has it.
        var isTold = false
    }

    /// Maximum number of claims and of lapses in a session. Further ones change nothing.
    private static let mostClaims = 12
    private static let mostLapses = 24
    /// The number of grave lapses from which the customer counts as out of his role.
    private static let mostGraveLapses = 2

    /// Notes that no answer has followed, in order.
    private var notes: [Note] = []
    /// Entries of the claims so far.
    private var claims: Set<String> = []
    /// The utterances that did not fit the role, and whether gravely.
    private var lapses: [String: Bool] = [:]
    private var created = 0

    /// Notes wait to be told.
    var isWaiting: Bool { notes.contains { !$0.isTold } }
    /// The customer has fallen out of his role twice.
    var isOutOfRole: Bool { lapses.values.count { $0 } >= Self.mostGraveLapses }

    /// - Returns: false for a claim of an entry that the customer was told of before.
    mutating func hear(_ claim: HeardClaim) -> Bool {
        guard claims.count < Self.mostClaims, claims.insert(claim.entry).inserted else { return false }
        notes.append(Note(content: .heard(claim.text), findingId: claim.findingId))
        return true
    }

    /// The finding was withdrawn: nothing is told of it any more.
    mutating func withdraw(_ findingId: String) {
        notes.removeAll { $0.findingId == findingId && !$0.isTold }
    }

    /// Several lapses that were not told yet lead to one correction.
    ///
    /// - Returns: false for an utterance that is known, unless it turns out to be graver.
    mutating func take(_ lapse: RoleLapse) -> Bool {
        let known = lapses[lapse.utteranceId]
        guard known.map({ !$0 && lapse.kind.isGrave }) ?? (lapses.count < Self.mostLapses) else { return false }
        lapses[lapse.utteranceId] = lapse.kind.isGrave
        let waiting = notes.firstIndex { if case .correction = $0.content { !$0.isTold } else { false } }
        if let waiting {
            if lapse.kind.isGrave { notes[waiting].content = .correction(lapse.kind) }
        } else {
            notes.append(Note(content: .correction(lapse.kind)))
        }
        return true
    }

    /// The notes to tell now, each with the id of its item.
    mutating func tell() -> [(id: String, content: Content)] {
        notes.indices.filter { !notes[$0].isTold }.map { index in
            notes[index].isTold = true
            created += 1
            return ("note_\(created)", notes[index].content)
        }
    }

    /// The customer has answered: what he was told before is part of the conversation.
    mutating func answered() {
        notes.removeAll(where: \.isTold)
    }

    /// A new upstream connection knows none of them.
    mutating func restart() {
        for index in notes.indices { notes[index].isTold = false }
    }
}
