import Foundation
import HTTPClient

/// An optional part of a request, left out or replaced once a server or model has refused it.
enum Concession: String, CaseIterable, Sendable {
    case temperature
    case reasoningEffort = "reasoning_effort"
    case safetyIdentifier = "safety_identifier"
    /// The role becomes `system`.
    case developerRole = "developer"
    /// The limit of tokens goes into `max_tokens`.
    case completionLimit = "max_completion_tokens"
    /// The format becomes `json_object`, and the schema goes into the instructions.
    case schema = "json_schema"
    /// Beyond `schema`: no format is sent at all.
    case format = "response_format"

    private static let longestText = 16 << 10

    /// What to do without after this answer; nil if it refuses something else.
    ///
    /// - Parameter conceded: what the request did without already.
    static func wanted(by response: HTTPResponse, beyond conceded: Set<Concession>) -> Concession? {
        guard [400, 422].contains(response.status), !APIBody.isFiltered(response.body) else { return nil }
        let detail = APIBody.detail(in: response.body)
        let text = (detail?.message ?? String(decoding: response.body.prefix(longestText), as: UTF8.self)).lowercased()
        // Most servers name the key in `param`, the others only in the message.
        guard let param = detail?.param?.lowercased() else { return first(in: text, beyond: conceded) }
        if param.hasPrefix("messages"), !text.contains("developer"), !text.contains("role") { return nil }
        return first(in: param.hasPrefix("messages") ? developerRole.rawValue : param, beyond: conceded)
    }

    private static func first(in text: String, beyond conceded: Set<Concession>) -> Concession? {
        let open = allCases.filter { !conceded.contains($0) && ($0 != .format || conceded.contains(.schema)) }
        return open.first { concession in concession.names.contains { text.contains($0) } }
    }

    private var names: [String] {
        switch self {
        case .schema: [rawValue, Concession.format.rawValue, "structured output"]
        case .format: [rawValue, "json_object"]
        case .reasoningEffort: [rawValue, "reasoning.effort", "reasoning effort"]
        case .temperature, .safetyIdentifier, .developerRole, .completionLimit: [rawValue]
        }
    }
}
