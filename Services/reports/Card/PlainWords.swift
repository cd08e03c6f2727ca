import Domain
import JSON

/// What the records call by a code, in words that a trainee understands. An unknown code becomes words of its own.
enum PlainWords {
    /// `interactedObject: GLO_Device, action: HANDOVER` as `glo device: handed over`.
    static func event(_ event: SessionEvent) -> String? {
        switch event.type {
        case .vrInteraction:
            guard let object = event.data["interactedObject"]?.string else { return nil }
            return [thing(object), event.data["action"]?.string.map(action)].compactMap(\.self)
                .joined(separator: ": ")
        case .dobCheck:
            return event.data["entered"]?.string.map { "entered: \($0)" }
        case .system:
            return event.data.string.map { moments[$0] ?? spaced($0) }
        default: return nil
        }
    }

    /// Where something happened: the left column of the timeline.
    static func place(_ type: EventType) -> String {
        switch type {
        case .vrInteraction: "Counter"
        case .tabletChoice: "Tablet"
        case .dobCheck: "Date of birth"
        case .supervisor: "Customer"
        case .system: "Call"
        default: SessionView.words(type.rawValue)
        }
    }

    static func step(_ id: String) -> String { steps[id] ?? SessionView.words(id) }

    static func rule(_ rule: Finding.Rule) -> String { rules[rule.rawValue] ?? SessionView.words(rule.rawValue) }

    static func client(_ name: String) -> String { clients[name] ?? name }

    static func notCounted(_ reason: String) -> String {
        notCounted[reason] ?? SessionView.words(reason).lowercased()
    }

    /// Who or what ended the call.
    static func end(_ trigger: String) -> String {
        switch EndTrigger(rawValue: trigger) {
        case .endConversation, .supervisor: "The customer"
        case .endSession: "The trainee"
        case .clientLost: "A lost connection"
        case .timeLimit: "The time limit"
        case .idle: "Silence"
        case .costLimit: "The cost limit"
        case .journalFull, .relayLost: "A fault of the server"
        case .upstream: "A fault of the voice service"
        case .neverConnected: "Nobody came"
        case .other(let text): SessionView.words(text)
        }
    }

    /// `GLO_Device` as `glo device`.
    private static func thing(_ object: String) -> String {
        let known = ["ID_Card": "identity card", "Velo_Can": "can of Velo"]
        return known[object] ?? spaced(object).lowercased()
    }

    private static func action(_ name: String) -> String { actions[name.uppercased()] ?? spaced(name).lowercased() }

    static func spaced(_ identifier: String) -> String { identifier.replacing("_", with: " ") }

    private static let actions = [
        "HANDOVER": "handed over", "SHOW": "shown", "DEMONSTRATE": "shown", "PICKUP": "picked up", "OFFER": "offered",
        "PLACE": "put down",
    ]
    private static let moments = [
        "Session_Start": "begins", "Persona_Loaded": "the customer is ready", "Session_End": "ends",
    ]
    private static let clients = ["practice": "Practice page", "unity-vr": "VR headset", "web": "Web page"]
    private static let steps = [
        "greeting": "Greeting", "needs": "Finding out what is needed", "age_check": "Age check",
        "presentation": "Presenting the right product", "product_accuracy": "Correct product facts",
        "compliance": "Responsible language", "objections": "Handling objections", "close": "Next step",
    ]
    private static let rules = [
        "forbidden_word": "Words that may not be used", "product_claim": "Facts about a product",
        "age_check": "Age check", "greeting": "Greeting", "needs_before_pitch": "Questions before the offer",
        "injection_suspected": "Words to the program",
    ]
    private static let notCounted = [
        Scorecard.noSpeech: "the trainee said nothing", "upstream": "the voice service failed",
        "relay_lost": "the server failed", "client_lost": "the connection was lost early",
        "avatar_out_of_role": "the customer fell out of the role", "inaudible": "too much could not be understood",
    ]
}
