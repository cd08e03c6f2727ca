/// Something that happened in a session: in VR, on the tablet, or in the server.
public struct SessionEvent: Codable, Hashable, Sendable {
    /// Created by the client, 1 to 64 characters, and the same in every resend; created by the server if the client
    /// sends none. Absent on the server's own events.
    public var eventId: String?
    /// Seconds since the session began.
    public var time: Double
    /// The time that the client sent, if it differs.
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

    /// What the server records once of a session in which words of the trainee could not be written down, so that
    /// scoring knows that its rules have not seen all of them.
    public static let transcriptionLost: JSONValue = "Transcription_Lost"

    /// False for an event that the server recorded itself. An `ERROR` may come from either; only a client's has an id.
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

    /// The types that a client may send. They never include types that only the server may write.
    public static let fromClients: Set<EventType> = [.vrInteraction, .tabletChoice, .dobCheck, .error]

    /// The types that only the server may write.
    public static let fromServer: Set<EventType> = [.system, .supervisor]
}
