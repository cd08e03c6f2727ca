import ArgumentParser

/// An intentional fault.
struct Fault: Codable, Hashable, Sendable {
    enum Kind: String, Codable, CaseIterable, Sendable {
        /// The TCP connection breaks in the middle of an answer.
        case dropResponse = "drop_response"
        /// The TCP connection breaks while the trainee speaks.
        case dropSpeech = "drop_speech"
        /// The TCP connection breaks `seconds` (5) after the first `session.updated`, whatever else happens.
        case dropIdle = "drop_idle"
        /// The TCP connection breaks in the middle of the answer to a turn whose transcript was not sent yet, or after
        /// `seconds` (5) if there is no answer.
        case dropTranscript = "drop_transcript"
        /// `session.created` comes `seconds` (3) after the handshake.
        case slowConnect = "slow_connect"
        /// An answer stops half-way; the connection stays open but sends nothing more.
        case stallResponse = "stall_response"
        /// `response.done` failed with `rate_limit_exceeded` (or `code`).
        case failResponse = "fail_response"
        /// A text frame in the middle of an answer is not JSON.
        case badJSON = "bad_json"
        /// `session_expired` and close 1001 after `seconds` (10).
        case sessionLimit = "session_limit"
        /// The handshake is answered with `status` (503).
        case refuseUpgrade = "refuse_upgrade"
        /// `session.update` is refused with `code` (`server_error`).
        case refuseUpdate = "refuse_update"
        /// The trainee's transcript comes `seconds` (3) after the answer.
        case lateTranscript = "late_transcript"
        case failTranscript = "fail_transcript"
        /// Nothing was recognised: the transcript is complete but empty.
        case emptyTranscript = "empty_transcript"
        /// The server starts an answer of its own just before a `response.create` arrives.
        case activeResponse = "active_response"
        /// A chat completion is answered with `status` (500) and `code`.
        case chatStatus = "chat_status"
        /// A chat completion is answered after `seconds` (60).
        case chatStall = "chat_stall"
        /// The content of a chat completion is not JSON.
        case chatBadJSON = "chat_bad_json"
        /// The content is cut off, with `finish_reason` `length`.
        case chatCut = "chat_cut"
        case chatRefusal = "chat_refusal"
    }

    var kind: Kind
    /// 0 to 1. Absent: always.
    var probability: Double?
    /// Only on this occasion, counted from 1 since the fault was set.
    var nth: Int?
    /// Maximum number of times that it fires.
    var times: Int?
    var status: Int?
    var code: String?
    var seconds: Double?
}

extension Fault: ExpressibleByArgument {
    /// Short names from the documentation, in addition to the kinds themselves.
    private static let nicknames = [
        "drop": Kind.dropResponse, "stall": .stallResponse, "429": .chatStatus, "500": .chatStatus,
        "session-limit": .sessionLimit, "bad-json": .badJSON, "late": .lateTranscript,
    ]

    /// `drop_response:nth=2,times=1`.
    init?(argument: String) {
        let halves = argument.split(separator: ":", maxSplits: 1).map(String.init)
        guard let name = halves.first, let kind = Kind(rawValue: name) ?? Self.nicknames[name] else { return nil }
        self.init(kind: kind)
        if kind == .chatStatus { status = Int(name) }
        for pair in halves.dropFirst().first?.split(separator: ",") ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let value = parts.last else { return nil }
            switch parts.first {
            case "probability": probability = Double(value)
            case "nth": nth = Int(value)
            case "times": times = Int(value)
            case "status": status = Int(value)
            case "code": code = value
            case "seconds": seconds = Double(value)
            default: return nil
            }
        }
    }
}
