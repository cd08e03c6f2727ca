/// Something that happened in a session: in VR, on the tablet, or in the server.
public struct SessionEvent: Codable, Hashable, Sendable {
    /// Made once by the client, 1 to 64 characters, kept over every resend. Absent on the server's own events and on
    /// those of clients that send none.
    public var eventId: String?
    /// Seconds since the session began.
    public var time: Double
    public var type: EventType
    public var data: JSONValue

    public init(eventId: String? = nil, time: Double, type: EventType, data: JSONValue) {
        self.eventId = eventId
        self.time = time
        self.type = type
        self.data = data
    }
}

/// An event's type: the spec's six, or another that the operator allowed clients to send.
public struct EventType: RawRepresentable, Codable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public static let system = EventType(rawValue: "SYSTEM")
    public static let supervisor = EventType(rawValue: "SUPERVISOR")
    public static let vrInteraction = EventType(rawValue: "VR_INTERACTION")
    public static let tabletChoice = EventType(rawValue: "TABLET_CHOICE")
    public static let dobCheck = EventType(rawValue: "DOB_CHECK")
    public static let error = EventType(rawValue: "ERROR")

    /// What a client may claim happened. Types that only the server may write are never among them.
    public static let fromClients: Set<EventType> = [.vrInteraction, .tabletChoice, .dobCheck, .error]
}
