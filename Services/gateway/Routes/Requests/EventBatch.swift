import Domain
import HTTPTypes

/// The body of `POST /api/sessions/:id/events`: `{"events":[…]}` or the array alone, each event in the WebSocket's
/// form, `{eventId,time,data:{type,data}}`, or in that of the spec's `events.json`, `{time,type,data}`.
struct EventBatch: Equatable {
    static let largest = 1_000

    /// In the order of the batch; nil for an item that is not an event.
    var events: [ClientEvent?]

    /// - Throws: 422 when there is no array or it is too long.
    init(_ body: JSONValue) throws(Problem) {
        guard case .array(let items) = body["events"] ?? body else {
            throw .invalid("/events", #"must be an array of events, as {"events":[…]} or by itself"#)
        }
        guard items.count <= Self.largest else {
            throw Problem(
                .unprocessableContent, .tooManyEvents, "A batch has at most \(Self.largest) events.",
                errors: [.init(pointer: "/events", detail: "holds \(items.count) events")])
        }
        events = items.map(Self.event)
    }

    private static func event(_ item: JSONValue) -> ClientEvent? {
        guard case .object = item, item.isStorable else { return nil }
        let eventId: String?
        switch item["eventId"] {
        case .string(let text): eventId = text
        case nil, .null: eventId = nil
        default: return nil
        }
        // `{"type":"event","data":{"type":…}}` is a complete WebSocket message, from a client's own buffer.
        let content = item["type"]?.string.map { $0 == "event" } ?? true ? item["data"] : item
        guard let content, let type = content["type"]?.string else { return nil }
        return ClientEvent(
            eventId: eventId, time: ClientEvent.time(in: item["time"]), data: .init(type: type, data: content["data"]))
    }
}
