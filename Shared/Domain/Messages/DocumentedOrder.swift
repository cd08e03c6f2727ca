public import Foundation

/// The order of keys in messages and answers, as the documents show them: who looks at the traffic finds the type first
/// and what belongs together side by side. No reader may depend on it.
public enum DocumentedOrder {
    /// Other keys follow by name.
    static let keys = [
        "type", "sessionId", "wsUrl", "wsToken", "persona", "scenario", "protocol", "seq", "state", "sessionTime",
        "resumeWindowMs", "heartbeatMs", "limits", "maxMessageBytes", "maxEventsPerBatch", "findingId", "id", "name",
        "title", "description", "goal", "birthDate", "voice", "initialAttitude", "speaker", "text", "startTime",
        "endTime", "utteranceId", "final", "interrupted", "value", "direction", "rule", "eventId", "eventIds", "status",
        "severity", "code", "message", "pointer", "detail", "instance", "errors", "fatal", "retry", "reason",
        "retryAfterMs", "evidence", "outcome", "endTrigger", "overall", "categories", "highlights", "improvements",
        "summary", "passed", "revision", "verdict", "data", "error", "itemId", "heardMs", "offsetMs", "from", "to",
        "replayed", "upstream", "microphone",
    ]
    /// Larger documents stay as they are, in bytes: nobody reads them by eye.
    private static let largest = 256 << 10

    /// The same JSON with its keys in this order.
    public static func applied(to json: Data) -> Data {
        guard json.count <= largest, let value = try? JSONDecoder().decode(JSONValue.self, from: json) else {
            return json
        }
        return Data(OrderedJSON(value, order: keys).compact.utf8)
    }
}
