import Domain
import Foundation

/// The body of `POST /api/sessions/:id/review`: `revision`, and optionally `scoreRevision`, `categories`, `findings`
/// and `answer`.
struct ReviewRequest {
    static let largest = 64 << 10
    private static let mostItems = 200

    var step: ReviewStep

    /// - Throws: 422 that lists all errors at once.
    init(_ body: JSONValue) throws(Problem) {
        guard case .object = body else { throw .invalid("", "must be an object") }
        var reader = Reader(faults: [])
        let revision = reader.whole(body["revision"], 0...Int(Int32.max), "/revision")
        var scoreRevision: Int?
        if let value = body["scoreRevision"], value != .null {
            scoreRevision = reader.whole(value, 0...Int(Int32.max), "/scoreRevision")
        }
        let categories = reader.items(body["categories"], "/categories") { item, place, reader in
            ReviewStep.Score(
                id: reader.text(item["id"], 64, "\(place)/id") ?? "",
                score: reader.whole(item["score"], 0...100, "\(place)/score") ?? 0,
                reason: reader.optionalWord(item["reason"], TrainerReview.Reason.allCases, "\(place)/reason"),
                note: reader.optionalText(item["note"], TrainerReview.longestNote, "\(place)/note"))
        }
        let findings = reader.items(body["findings"], "/findings") { item, place, reader in
            ReviewStep.Decision(
                findingId: reader.text(item["findingId"], 200, "\(place)/findingId") ?? "",
                decision: reader.word(
                    item["decision"], TrainerReview.Decision.Verdict.allCases, "\(place)/decision") ?? .upheld,
                note: reader.optionalText(item["note"], TrainerReview.longestNote, "\(place)/note"))
        }
        var answer: ReviewStep.Answer?
        if let value = body["answer"], value != .null {
            answer = ReviewStep.Answer(
                disputeId: reader.text(value["disputeId"], 16, "/answer/disputeId") ?? "",
                text: reader.text(value["text"], Dispute.longestText, "/answer/text") ?? "")
        }
        if categories == nil, findings == nil, answer == nil, reader.faults.isEmpty {
            reader.faults.append(.init(pointer: "", detail: "must contain categories, findings or answer"))
        }
        guard reader.faults.isEmpty, let revision else { throw .invalid(reader.faults) }
        step = ReviewStep(
            revision: revision, scoreRevision: scoreRevision, categories: categories, findings: findings,
            answer: answer)
    }

    /// The body of `POST /api/sessions/:id/disputes`: `{text}`.
    static func dispute(_ body: JSONValue) throws(Problem) -> String {
        guard case .object = body else { throw .invalid("", "must be an object") }
        var reader = Reader(faults: [])
        guard let text = reader.text(body["text"], Dispute.longestText, "/text") else { throw .invalid(reader.faults) }
        return text
    }

    private struct Reader {
        var faults: [Problem.Fault]

        mutating func whole(_ value: JSONValue?, _ range: ClosedRange<Int>, _ pointer: String) -> Int? {
            if let number = value?.number, let whole = Int(exactly: number), range.contains(whole) { return whole }
            faults.append(
                .init(
                    pointer: pointer, detail: "must be a whole number from \(range.lowerBound) to \(range.upperBound)"))
            return nil
        }

        mutating func text(_ value: JSONValue?, _ bytes: Int, _ pointer: String) -> String? {
            if let text = value?.string.flatMap(PlainText.init), text.text.utf8.count <= bytes { return text.text }
            faults.append(.init(pointer: pointer, detail: "must be a text of 1 to \(bytes) bytes"))
            return nil
        }

        /// Nil also for an empty text, like an untouched form field.
        mutating func optionalText(_ value: JSONValue?, _ bytes: Int, _ pointer: String) -> String? {
            guard let value, value != .null, value.string != "" else { return nil }
            return text(value, bytes, pointer)
        }

        mutating func word<Word: RawRepresentable>(
            _ value: JSONValue?, _ all: [Word], _ pointer: String
        ) -> Word? where Word.RawValue == String {
            if let word = value?.string.flatMap({ Word(rawValue: $0) }) { return word }
            faults.append(
                .init(
                    pointer: pointer, detail: "must be one of \(all.map(\.rawValue).joined(separator: ", "))"))
            return nil
        }

        mutating func optionalWord<Word: RawRepresentable>(
            _ value: JSONValue?, _ all: [Word], _ pointer: String
        ) -> Word? where Word.RawValue == String {
            guard let value, value != .null else { return nil }
            return word(value, all, pointer)
        }

        /// Nil if there is none.
        mutating func items<Item>(
            _ value: JSONValue?, _ pointer: String, _ make: (JSONValue, String, inout Reader) -> Item
        ) -> [Item]? {
            guard let value, value != .null else { return nil }
            guard case .array(let items) = value, items.count <= ReviewRequest.mostItems else {
                faults.append(
                    .init(pointer: pointer, detail: "must be an array of at most \(ReviewRequest.mostItems) items"))
                return nil
            }
            return items.enumerated().map { make($1, "\(pointer)/\($0)", &self) }
        }
    }
}

/// What a person wrote: trimmed, in one Unicode form, with line breaks and without what a reader cannot see.
private struct PlainText {
    let text: String

    init?(_ text: String) {
        // A joiner holds the parts of an emoji together.
        let kept = text.replacing("\r\n", with: "\n").precomposedStringWithCanonicalMapping.unicodeScalars.filter {
            $0 == "\n" || $0 == "\u{200d}" || !CleanText.isInvisible($0)
        }
        let trimmed = String(String.UnicodeScalarView(kept)).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else { return nil }
        self.text = trimmed
    }
}
