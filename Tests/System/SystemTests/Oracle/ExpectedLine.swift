import Domain
import TrainingClient

/// What one utterance of the transcript must be, according to what was said and heard.
struct ExpectedLine: Sendable {
    enum Content: Sendable {
        /// The trainee, word for word.
        case said(String)
        /// The customer: the words of an item, and how many of them were heard completely. A range if the machine was
        /// too late to tell exactly.
        case heard(words: [String], count: ClosedRange<Int>)
    }

    /// By how many words the record may differ from what was heard, if an item was not heard to its end.
    static let toleratedWords = 1
    /// An item that was cut this close to its end may count as heard to the end: the request to stop was in flight.
    static let raceMs = 100.0

    /// How old the recorded draft of an utterance may be while it is being spoken.
    static let draftMs = 1_000.0

    var content: Content
    /// By the headset's clock.
    var startMs: Double
    var endMs: Double
    /// Its position in the conversation: when it began, or before the utterance that it was spoken into.
    var placeMs: Double
    var heardMs = 0
    /// How much of its end may be lost, in milliseconds.
    var lostMs = 0.0
    /// Whether the utterance must be marked as interrupted; nil if some milliseconds decide.
    var isInterrupted: Bool?

    var speaker: Speaker {
        switch content {
        case .said: .trainee
        case .heard: .avatar
        }
    }

    /// Whether the utterance may be missing, because so little of it was heard.
    var isOptional: Bool {
        if case .heard(_, let count) = content {
            isInterrupted != false && count.lowerBound <= Self.toleratedWords
        } else {
            false
        }
    }

    /// The expected words, for a message.
    var text: String {
        switch content {
        case .said(let text): text
        case .heard(let words, let count):
            words.prefix(count.upperBound).joined(separator: " ")
                + (count.upperBound < words.count ? " | \(words[count.upperBound])…" : "")
        }
    }

    /// Whether a stored utterance consists of the first words of this item.
    func isBeginning(_ line: Utterance) -> Bool {
        guard case .heard(let words, _) = content else { return false }
        let stored = line.text.split(separator: " ").map(String.init)
        return stored.count <= words.count && stored == Array(words.prefix(stored.count))
    }

    /// The difference between a stored utterance and this one; nil if there is none.
    func fault(in line: Utterance) -> String? {
        switch content {
        case .said(let text):
            return line.text == text ? nil : "other words than were said"
        case .heard(let words, let count):
            guard isBeginning(line) else {
                return "no beginning of what the customer said, «\(words.joined(separator: " "))»"
            }
            let stored = line.text.split(separator: " ").count
            if isInterrupted == false, stored < words.count {
                return "\(stored) words of an item of \(words.count) that was heard to its end"
            }
            let allowed = count.lowerBound - Self.toleratedWords...count.upperBound + Self.toleratedWords
            guard !allowed.contains(stored) else { return nil }
            let heard = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            return "\(stored) words where \(heard) were heard"
        }
    }
}

extension CallEvidence {
    /// The utterances that the transcript must have, in order, and complaints about what cannot be explained.
    func expectedLines() -> (lines: [ExpectedLine], complaints: [Complaint]) {
        var complaints: [Complaint] = []
        var lines = said.compactMap { line -> ExpectedLine? in
            let text: String
            switch line.fate {
            case .words: text = line.text
            case .inaudible: text = "[inaudible]"
            case .nothing: return nil
            }
            return ExpectedLine(
                content: .said(text), startMs: line.startMs, endMs: line.endMs, placeMs: line.startMs,
                isInterrupted: false)
        }
        for item in heard {
            guard let spoken = spoken(item) else {
                complaints.append(Complaint("b", "the headset was sent «\(item.id)», which nobody spoke"))
                continue
            }
            if item.missingMs > 0 {
                complaints.append(Complaint("b", "\(item.missingMs) ms within \(item.id) never came"))
            }
            guard item.heardMs > 0, let start = item.startMs, let end = item.endMs else { continue }
            func words(heardIn milliseconds: Double) -> Int { spoken.words.count { Double($0.endMs) <= milliseconds } }
            let heardMs = Double(item.heardMs)
            let lostMs = brokenOff.contains(item.id) ? ExpectedLine.draftMs : 0
            let count = words(heardIn: heardMs - grantedMs - lostMs)...words(heardIn: heardMs + grantedMs)
            let isWhole = spoken.status == "completed" && !item.wasCut && item.heardMs >= spoken.sentMs
            let isRace =
                spoken.status == "completed" && Double(spoken.sentMs - item.heardMs) <= ExpectedLine.raceMs + grantedMs
                && !isWhole
            lines.append(
                ExpectedLine(
                    content: .heard(words: spoken.words.map(\.text), count: count), startMs: start, endMs: end,
                    placeMs: place(ofItemAt: start), heardMs: item.heardMs, lostMs: lostMs,
                    isInterrupted: isRace ? nil : !isWhole))
        }
        return (lines.sorted { $0.placeMs < $1.placeMs }, complaints)
    }

    /// A customer's utterance that begins while the trainee speaks comes first: the trainee's turn becomes an item of
    /// the conversation when it ends.
    private func place(ofItemAt start: Double) -> Double {
        said.first { $0.startMs < start && start < $0.endMs }.map { $0.startMs.nextDown } ?? start
    }

    /// The item as it was generated.
    func spoken(_ item: HeadsetSpeaker.Item) -> SimulatedSession.Item? {
        sessions.flatMap(\.items).last { $0.id == item.id && $0.speaker == .assistant }
    }
}
