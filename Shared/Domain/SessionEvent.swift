/// Something that happened in a session: in VR, on the tablet, or in the server.
public struct SessionEvent: Codable, Hashable, Sendable {
    /// Made once by the client, 1 to 64 characters, kept over every resend; made by the server for clients that send none.
    /// Absent on the server's own events.
    public var eventId: String?
    /// Seconds since the session began.
    public var time: Double
    /// What the client gave as time, where that is another.
    public var clientTime: Double?
    public var type: EventType
    public var data: JSONValue

    public init(eventId: String? = nil, time: Double, clientTime: Double? = nil, type: EventType, data: JSONValue) {
        self.eventId = eventId
        self.time = time
        self.clientTime = clientTime
        self.type = type
        self.data = data
    }

    /// False for what the server wrote down itself. An `ERROR` may be either's; only a client's has an id.
    public var isFromClient: Bool { !EventType.fromServer.contains(type) && (type != .error || eventId != nil) }
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

    /// What only the server writes down.
    public static let fromServer: Set<EventType> = [.system, .supervisor]
}
