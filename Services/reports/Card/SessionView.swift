import Domain
import Foundation

/// A session as the report shows it: the record, with the look-ups and the wording that several sections need.
struct SessionView: Sendable {
    let record: SessionRecord
    /// Days for which this installation keeps the sound of a call.
    let recordingDays: Int
    private let utterances: [String: Utterance]
    private let events: [String: SessionEvent]

    init(_ record: SessionRecord, recordingDays: Int = ReportCard.usualRecordingDays) {
        self.record = record
        self.recordingDays = recordingDays
        utterances = Dictionary(record.transcript.map { ($0.utteranceId, $0) }, uniquingKeysWith: { _, last in last })
        events = Dictionary(
            record.events.compactMap { event in event.eventId.map { ($0, event) } },
            uniquingKeysWith: { _, last in last })
    }

    /// Whether the call's sound was kept if the operator wanted it: only where the trainee was told.
    var mayBeRecorded: Bool { record.recordingNoticeShown == true }

    /// The judged steps, or the supervisor's last view of them when nothing was judged.
    var salesSteps: [SalesStepResult] {
        if let steps = record.score?.salesSteps, !steps.isEmpty { return steps }
        return record.supervisorLogs.last { $0.verdict != nil }?.verdict?.salesSteps ?? []
    }

    /// By status and severity, most severe first, then by time.
    var findings: [Finding] {
        let judged = record.score?.findings ?? []
        return (judged.isEmpty ? record.findings : judged).sorted { ($0.weight, $0.time) < ($1.weight, $1.time) }
    }

    /// The quote with its speaker and time: `“…” — Trainee, 1:23`. Nil when there is nothing to quote.
    func quote(_ evidence: Evidence) -> String? {
        let utterance = evidence.utteranceId.flatMap { utterances[$0] }
        let event = evidence.eventId.flatMap { events[$0] }
        let source = [
            utterance.map { "\($0.speaker.title), \(Self.clock($0.startTime))" },
            event.map { "\(Self.deed($0)), \(Self.clock($0.time))" },
        ].compactMap(\.self).joined(separator: "; ")
        let words = evidence.text.map { "“\(Self.clamped($0, to: 600))”" }
        let parts = [words, source.isEmpty ? nil : source].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " — ")
    }

    /// A remark in which the ids of lines have become their times: `u9 shows this` as `0:22 shows this`.
    func readable(_ text: String) -> String {
        text.replacing(/\bu[0-9]{1,9}\b/) { match in
            utterances[String(match.output)].map { Self.clock($0.startTime) } ?? String(match.output)
        }
    }

    // MARK: Wording

    /// What was done, in a few words.
    private static func deed(_ event: SessionEvent) -> String {
        let done = PlainWords.event(event).map { clamped($0, to: 80) }
        return event.type == .vrInteraction
            ? done ?? PlainWords.place(event.type)
            : [PlainWords.place(event.type), done].compactMap(\.self).joined(separator: " ")
    }

    /// Minutes and seconds of session time: `1:23`, `61:05`.
    static func clock(_ seconds: Double) -> String {
        let whole = seconds.isFinite ? Int(min(max(seconds, 0), 359_999)) : 0
        return "\(whole / 60):" + String(format: "%02d", whole % 60)
    }

    /// `8 min 32 s`
    static func duration(_ milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1000
        return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
    }

    static func date(_ date: Date) -> String {
        let style = Date.VerbatimFormatStyle(
            format:
                """
                \(day: .defaultDigits) \(month: .abbreviated) \(year: .defaultDigits), \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)
                """,
            locale: Locale(identifier: "en_GB"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        return date.formatted(style) + " UTC"
    }

    /// An identifier as words: `walked_away`, `ageCheck`, `TABLET_CHOICE` become `Walked away`, `Age check`,
    /// `Tablet choice`.
    static func words(_ identifier: String) -> String {
        var spaced = ""
        for character in identifier {
            if character.isUppercase, spaced.last?.isLowercase == true { spaced += " " }
            spaced.append(character == "_" ? " " : character)
        }
        let words = spaced.split(separator: " ").map { word in
            abbreviations.contains(word.uppercased()) ? word.uppercased() : word.lowercased()
        }
        let text = words.joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private static let abbreviations: Set = ["AI", "DOB", "ID", "VR"]

    /// A text cut to `limit` characters, with a note of how many are missing.
    static func clamped(_ text: String, to limit: Int) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text }
        return String(scalars[..<end]) + " … [\(scalars.distance(from: end, to: scalars.endIndex)) more characters]"
    }
}

extension Speaker {
    var title: String {
        switch self {
        case .avatar: "Customer"
        case .trainee: "Trainee"
        }
    }
}

extension Outcome {
    var title: String {
        switch self {
        case .converted: "Agreed"
        case .rejected: "Said no"
        case .walkedAway: "Walked away"
        }
    }
}

extension Scorecard.Verdict {
    /// In a sentence.
    var title: String {
        switch self {
        case .passed: "passed"
        case .failed: "not passed"
        case .pending: "open"
        }
    }
}

extension Finding {
    /// Lower is more severe.
    fileprivate var weight: Int {
        let grade =
            switch severity {
            case .blocker: 0
            case .major: 1
            case .minor: 2
            case .info: 3
            }
        return switch status {
        case .violated: grade
        case .disputed: 4 + grade
        case .suspected: 8 + grade
        case .dismissed: 12
        case .satisfied: 13
        }
    }
}
