/// Something in the scene that the customer sees happen, in one sentence of the content.
public struct SceneSight: Hashable, Sendable {
    public var text: String
    /// The customer sees it and need not say anything.
    public var isSilent: Bool

    public init(_ text: String, isSilent: Bool = false) {
        self.text = text
        self.isSilent = isSilent
    }
}

/// What the customer saw, as it is recorded.
public struct SceneNote: Hashable, Sendable {
    /// Seconds since the session began.
    public var time: Double
    public var sight: SceneSight
    /// The id of the client's event, or the name of the scenario's clock.
    public var source: String

    public init(time: Double, sight: SceneSight, source: String) {
        self.time = time
        self.sight = sight
        self.source = source
    }
}

extension SessionEvent {
    private static let scene = "scene"

    public static func scene(_ note: SceneNote) -> SessionEvent {
        var data: [String: JSONValue] = [Self.scene: .string(note.sight.text), "source": .string(note.source)]
        if note.sight.isSilent { data["silent"] = .bool(true) }
        return SessionEvent(time: note.time, type: .system, data: .object(data))
    }

    /// What the customer saw, if this is the record of it; nil for other events.
    public var scene: SceneNote? {
        guard type == .system, let text = data[Self.scene]?.string, let source = data["source"]?.string else {
            return nil
        }
        return SceneNote(time: time, sight: SceneSight(text, isSilent: data["silent"] == .bool(true)), source: source)
    }
}
