import Domain

/// How the facts of a journal fit those that the database has under the same session's number.
enum JournalMatch: Equatable {
    /// What both have is the same.
    case same
    /// Another owner has taken the session over and gone on from an earlier fact.
    case forked
    /// They are of two sessions: the numbers are counted per database.
    case other

    /// Whether the journal's first facts are the session's, and where they part a later epoch begins.
    ///
    /// - Parameter epochs: of the stored facts, by `seq`.
    static func isForked(_ journal: [RecordedFact], _ stored: [RecordedFact], _ epochs: [Int: Int]) -> Bool {
        let known = Dictionary(stored.map { ($0.seq, $0) }, uniquingKeysWith: { first, _ in first })
        let common = journal.filter { known[$0.seq] != nil }.sorted { $0.seq < $1.seq }
        let same = common.prefix { fact in known[fact.seq].map { $0.isSame(as: fact) } ?? false }
        guard let last = same.last, let parting = common.dropFirst(same.count).first else { return false }
        return epochs[parting.seq] ?? 0 > epochs[last.seq] ?? 0
    }
}
