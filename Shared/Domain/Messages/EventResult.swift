/// The result for one event of a batch, in the batch's order.
public struct EventResult: Codable, Hashable, Sendable {
    public enum Status: String, Codable, Sendable {
        case stored, duplicate, invalid
    }

    public var eventId: String?
    public var status: Status
    public var code: ErrorCode?
    public var message: String?

    public init(eventId: String?, status: Status, code: ErrorCode? = nil, message: String? = nil) {
        self.eventId = eventId
        self.status = status
        self.code = code
        self.message = message
    }
}

extension EventResult {
    public init(eventId: String?, _ refusal: ClientEvent.Refusal) {
        self.init(eventId: eventId, status: .invalid, code: refusal.code, message: refusal.message)
    }
}
