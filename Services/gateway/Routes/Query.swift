import Domain
import Foundation
import Hummingbird
import Storage

/// The query of a request, with known keys only.
struct Query: Sendable {
    static let listKeys: Set<String> = [
        "traineeId", "personaId", "scenarioId", "outcome", "status", "client", "from", "to", "limit", "cursor",
    ]

    private var values: [String: String] = [:]

    /// - Throws: 400 for a key that is not allowed or repeated, and for text that is not percent-encoded UTF-8.
    init(_ request: Request, allowed: Set<String>) throws(Problem) {
        guard let query = request.uri.query, !query.isEmpty else { return }
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
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
        text.replacing("+", with: " ").removingPercentEncoding
    }

    /// Nil when the value is missing or empty, like an untouched form field.
    subscript(key: String) -> String? {
        guard let value = values[key], !value.isEmpty else { return nil }
        return value
    }

    /// - Throws: 400 when a value is invalid.
    func filter(for principal: Principal) throws(Problem) -> SessionFilter {
        var filter = SessionFilter()
        filter.traineeId = self["traineeId"]
        filter.personaId = self["personaId"]
        filter.scenarioId = self["scenarioId"]
        filter.client = self["client"]
        if let text = self["outcome"] {
            filter.outcome = try Self.one(of: Outcome.allCases, "outcome", text)
        }
        if let text = self["status"] {
            filter.status = try Self.one(of: [SessionStatus.active, .ended], "status", text)
        }
        filter.from = try date("from")
        filter.to = try date("to")
        if principal.seesOnlyOwn { filter.createdBy = principal.name }
        return filter
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

    private func date(_ key: String) throws(Problem) -> Date? {
        guard let text = self[key] else { return nil }
        guard let date = Timestamp.parse(text) else {
            throw Problem(
                .badRequest, .invalidQuery, "\(key) must be a time as in RFC 3339, like 2024-10-27T10:00:00Z.")
        }
        return date
    }
}

/// Timestamps in queries.
enum Timestamp {
    /// RFC 3339 with or without fractions of a second, or a bare date, which means its midnight in UTC.
    static func parse(_ text: String) -> Date? {
        guard (10...40).contains(text.utf8.count) else { return nil }
        let text = text.count == 10 ? text + "T00:00:00Z" : text.uppercased()
        return (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: .iso8601))
    }
}
