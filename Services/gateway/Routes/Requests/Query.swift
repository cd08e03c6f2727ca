import Domain
import Foundation
import Hummingbird
import Storage

/// The query of a request, with known keys only.
struct Query: Sendable {
    static let listKeys: Set<String> = [
        "traineeId", "personaId", "scenarioId", "outcome", "status", "client", "market", "store", "from", "to", "limit",
        "cursor",
    ]
    /// What chooses sessions for figures.
    static let figureKeys: Set<String> = [
        "traineeId", "personaId", "scenarioId", "client", "market", "store", "from", "to",
    ]
    static let tableKeys = figureKeys.union(["status", "outcome"])
    static let liveKeys: Set<String> = ["traineeId", "personaId", "scenarioId", "client", "market", "store"]
    static let sessionKeys = listKeys.union(["visibility"])

    private var values: [String: String] = [:]

    /// - Throws: 400 for a key that is not allowed or repeated, for text that is not percent-encoded UTF-8, and for a
    ///   plus sign, which some clients mean as a blank and others as itself.
    init(_ request: Request, allowed: Set<String>) throws(Problem) {
        guard let query = request.uri.query, !query.isEmpty else { return }
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard !pair.contains("+") else {
                throw Problem(
                    .badRequest, .invalidQuery, "A + in a query is ambiguous: write %20 for a blank, %2B for a plus.")
            }
            guard let key = Self.decoded(halves.first ?? ""), let value = Self.decoded(halves.dropFirst().first ?? "")
            else { throw Problem(.badRequest, .invalidQuery, "The query is not percent-encoded UTF-8.") }
            guard allowed.contains(key) else {
                throw Problem(
                    .badRequest, "unknown_query_key",
                    "This endpoint takes " + (allowed.isEmpty ? "no query" : allowed.sorted().joined(separator: ", "))
                        + ".")
            }
            guard values.updateValue(value, forKey: key) == nil else {
                throw Problem(.badRequest, .invalidQuery, "\(key) may occur only once.")
            }
        }
    }

    private static func decoded(_ text: Substring) -> String? {
        text.removingPercentEncoding?.precomposedStringWithCanonicalMapping
    }

    /// Nil when the value is missing or empty, like an untouched form field.
    subscript(key: String) -> String? {
        guard let value = values[key], !value.isEmpty else { return nil }
        return value
    }

    /// - Throws: 400 when a value is invalid.
    func filter(
        for principal: Principal, _ visibility: Set<SessionVisibility>
    ) throws(Problem) -> SessionFilter {
        var filter = SessionFilter(visibility)
        filter.traineeId = self["traineeId"]
        filter.personaId = self["personaId"]
        filter.scenarioId = self["scenarioId"]
        filter.client = self["client"]
        filter.market = self["market"]
        filter.store = self["store"]
        if let text = self["outcome"] {
            filter.outcome = try Self.one(of: Outcome.allCases, "outcome", text)
        }
        if let text = self["status"] {
            filter.status = try Self.one(of: [SessionStatus.active, .ended], "status", text)
        }
        filter.from = try date("from")
        filter.to = try date("to", wholeDay: true)
        if principal.seesOnlyOwn { filter.createdBy = principal.name }
        if let trainee = principal.bounds?.traineeId {
            guard filter.traineeId == nil || filter.traineeId == trainee else {
                throw Problem(.forbidden, .forbidden, "The ticket is for another trainee.")
            }
            filter.traineeId = trainee
        }
        return filter
    }

    /// Each key that chooses sessions with its value, in the order of the keys. No trainee is named: the audit outlives
    /// the trainee's data.
    ///
    /// - Parameter person: stands for the trainee.
    func filters(naming person: String?) -> [String] {
        values.filter { !["limit", "cursor"].contains($0.key) && !$0.value.isEmpty }
            .sorted { $0.key < $1.key }.map {
                $0.key == "traineeId" ? person ?? "one trainee" : "\($0.key) \($0.value)"
            }
    }

    /// Nil if the query does not say.
    func visibility() throws(Problem) -> Set<SessionVisibility>? {
        guard let text = self["visibility"] else { return nil }
        if text == "all" { return .all }
        guard let visibility = SessionVisibility(rawValue: text) else {
            throw Problem(.badRequest, .invalidQuery, "visibility must be one of private, submitted, all.")
        }
        return [visibility]
    }

    /// 1…200; 50 by default.
    func limit() throws(Problem) -> Int {
        guard let text = self["limit"] else { return 50 }
        guard let limit = Int(text), (1...200).contains(limit) else {
            throw Problem(.badRequest, .invalidQuery, "limit must be a whole number from 1 to 200.")
        }
        return limit
    }

    private static func one<Value: RawRepresentable>(
        of values: [Value], _ key: String, _ text: String
    ) throws(Problem) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text), values.contains(where: { $0.rawValue == text }) else {
            throw Problem(
                .badRequest, .invalidQuery,
                "\(key) must be one of \(values.map(\.rawValue).joined(separator: ", ")).")
        }
        return value
    }

    /// - Parameter wholeDay: a bare day means its end and not its beginning.
    private func date(_ key: String, wholeDay: Bool = false) throws(Problem) -> Date? {
        guard let text = self[key] else { return nil }
        guard let date = Timestamp.parse(text, wholeDay: wholeDay) else {
            throw Problem(
                .badRequest, .invalidDate,
                "\(key) must be a day like 2024-10-27 or a time as in RFC 3339, like 2024-10-27T10:00:00Z or "
                    + "2024-10-27T12:00:00%2B02:00, that exists and is from 0001-01-01 to 9999-12-31.")
        }
        return date
    }
}

/// Timestamps in queries.
enum Timestamp {
    /// RFC 3339 with or without fractions of a second, or a bare day, which means its midnight in UTC. Nil for times
    /// that do not exist, some of which Foundation's parsers take for others.
    ///
    /// - Parameter wholeDay: a bare day means the midnight at its end.
    static func parse(_ text: String, wholeDay: Bool = false) -> Date? {
        if let day = CalendarDay(text) { return day.midnight.addingTimeInterval(wholeDay ? 86_400 : 0) }
        let bytes = Array(text.uppercased().utf8)
        guard (20...40).contains(bytes.count), bytes[10] == UInt8(ascii: "T"),
            let day = CalendarDay(String(decoding: bytes[..<10], as: UTF8.self))
        else { return nil }
        var rest = bytes[11...]
        guard let hour = number(from: &rest, upTo: 23), skip(":", in: &rest),
            let minute = number(from: &rest, upTo: 59), skip(":", in: &rest),
            // A leap second has the number 60.
            let second = number(from: &rest, upTo: 60), let fraction = fraction(from: &rest),
            let offset = offset(rest)
        else { return nil }
        return day.midnight.addingTimeInterval(Double(hour * 3600 + minute * 60 + second - offset) + fraction)
    }

    /// Two digits.
    private static func number(from text: inout ArraySlice<UInt8>, upTo most: Int) -> Int? {
        let digits = text.prefix(2)
        guard digits.count == 2, digits.allSatisfy(isDigit), let number = Int(String(decoding: digits, as: UTF8.self)),
            number <= most
        else { return nil }
        text = text.dropFirst(2)
        return number
    }

    private static func skip(_ character: Unicode.Scalar, in text: inout ArraySlice<UInt8>) -> Bool {
        guard text.first == UInt8(ascii: character) else { return false }
        text = text.dropFirst()
        return true
    }

    /// 0 without one; nil for a point without digits.
    private static func fraction(from text: inout ArraySlice<UInt8>) -> Double? {
        guard skip(".", in: &text) else { return 0 }
        let digits = text.prefix(while: isDigit)
        guard !digits.isEmpty else { return nil }
        text = text.dropFirst(digits.count)
        return Double("0." + String(decoding: digits, as: UTF8.self))
    }

    /// Seconds east of UTC.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        if text.elementsEqual("Z".utf8) { return 0 }
        var rest = text
        let sign = skip("+", in: &rest) ? 1 : skip("-", in: &rest) ? -1 : 0
        guard sign != 0, let hours = number(from: &rest, upTo: 23), skip(":", in: &rest),
            let minutes = number(from: &rest, upTo: 59), rest.isEmpty
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
