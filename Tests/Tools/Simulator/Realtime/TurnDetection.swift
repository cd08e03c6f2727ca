import Domain

/// When the trainee's turn begins and ends, and what it triggers.
struct TurnDetection: Hashable, Sendable {
    var isSemantic = false
    var threshold = 0.5
    var prefixPaddingMs = 300
    var silenceMs = 500
    var createsResponse = true
    var interruptsResponse = true
    var idleTimeoutMs: Int?
    var eagerness = "auto"

    init() {}

    /// - Parameter json: already validated against its shape.
    init(_ json: JSONValue) {
        isSemantic = json["type"]?.string == "semantic_vad"
        if isSemantic {
            eagerness = json["eagerness"]?.string ?? "auto"
            // The simulator does not understand sentences; it waits longer where the model would be more patient.
            silenceMs = ["low": 1_200, "high": 350][eagerness] ?? 700
        }
        threshold = json["threshold"]?.number ?? threshold
        prefixPaddingMs = json["prefix_padding_ms"]?.int ?? prefixPaddingMs
        silenceMs = json["silence_duration_ms"]?.int ?? silenceMs
        createsResponse = json["create_response"]?.bool ?? true
        interruptsResponse = json["interrupt_response"]?.bool ?? true
        idleTimeoutMs = json["idle_timeout_ms"]?.int
    }

    func json(_ dialect: Dialect) -> WireJSON {
        let responses: WireJSON = [
            "create_response": .bool(createsResponse), "interrupt_response": .bool(interruptsResponse),
        ]
        if isSemantic { return ["type": "semantic_vad", "eagerness": .string(eagerness)] + responses }
        let vad: WireJSON = [
            "type": "server_vad", "threshold": .number(threshold), "prefix_padding_ms": .integer(prefixPaddingMs),
            "silence_duration_ms": .integer(silenceMs),
        ]
        guard dialect == .ga else { return vad + responses }
        return vad + ["idle_timeout_ms": idleTimeoutMs.map { .integer($0) } ?? nil] + responses
    }
}
