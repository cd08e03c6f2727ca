/// What an error of the Realtime API asks us to do.
package enum RealtimeFailure: Hashable, Sendable {
    /// A race that we lost, or an error without consequence. The session continues.
    case benign
    /// Another response is running: ask again once it is done.
    case askAgainAfterResponse
    /// A limit was hit: ask for the response again after a wait, up to three times.
    case retryResponse
    /// A server error: ask for the response once more, then reconnect.
    case retryResponseOnce
    /// The upstream session is over; a new one can replace it.
    case reconnect
    /// `session.update` was refused for a key that is not needed.
    case optionalKeyRefused(OptionalKey)
    /// `session.update` was refused for its transcription model.
    case transcriptionRefused
    /// The whole `session.update` was refused for its voice.
    case voiceRefused
    /// The server rejected an event of ours. It has no effect and is logged as an error.
    case ourMistake
    /// Retrying does not help. `code` is for the client and the record.
    case fatal(code: String)

    /// Codes of errors that retrying cannot fix.
    private static let hopeless: Set<String> = [
        "beta_api_shape_disabled", "model_not_found", "invalid_model", "invalid_api_key", "insufficient_quota",
        "billing_hard_limit_reached", "account_deactivated",
    ]
    private static let races: Set<String> = [
        "response_cancel_not_active", "input_audio_buffer_commit_empty", "item_truncate_invalid_item_id",
        "item_delete_invalid_item_id",
    ]
    private static let mistakes: Set<String> = [
        "unknown_parameter", "missing_required_parameter", "invalid_value", "invalid_type",
    ]
    /// Codes of a server that has no room for another session now.
    private static let full: Set<String> = [
        "session_limit_reached", "too_many_sessions", "too_many_connections", "server_busy", "capacity_exceeded",
    ]
    /// Words by which the reason of a close says the same.
    private static let fullWords = ["slot", "busy", "capacity", "overload", "too many", "try again", "limit reached"]
    /// Words by which the reason of a close says that the key is wrong.
    private static let keyWords = ["key", "auth", "token", "credential", "forbidden", "permission"]

    /// - Parameters:
    ///   - error: of an `error` event or of a failed response.
    ///   - isSessionUpdate: whether the event of ours that it names was `session.update`.
    package init(_ error: RealtimeError, isSessionUpdate: Bool) {
        let code = error.name ?? ""
        let isHopeless = Self.hopeless.contains(code)
        if isSessionUpdate, let key = OptionalKey(refusedBy: error) {
            self = .optionalKeyRefused(key)
        } else if isSessionUpdate || isHopeless, error.param?.contains("transcription") == true {
            self = .transcriptionRefused
        } else if isHopeless {
            self = .fatal(code: code)
        } else if code == "cannot_update_voice" || isSessionUpdate && error.param?.contains("voice") == true {
            self = .voiceRefused
        } else if isSessionUpdate {
            self = .fatal(code: "session_refused")
        } else if code == "conversation_already_has_active_response" {
            self = .askAgainAfterResponse
        } else if Self.races.contains(code) || error.message?.contains("already shorter than") == true {
            self = .benign
        } else if code == "session_expired" || Self.full.contains(code) {
            self = .reconnect
        } else if ["rate_limit_exceeded", "inference_rate_limit_exceeded"].contains(code) {
            self = .retryResponse
        } else if [code, error.type ?? ""].contains("server_error") {
            self = .retryResponseOnce
        } else if Self.mistakes.contains(code) || error.type == "invalid_request_error" {
            self = .ourMistake
        } else {
            self = .benign
        }
    }

    /// - Parameters:
    ///   - status: of the answer to the handshake.
    ///   - body: of that answer; some servers name the code there.
    package init(refusedWith status: Int, body: String) {
        if let code = Self.hopeless.first(where: body.contains) {
            self = .fatal(code: code)
        } else {
            self =
                switch status {
                case 401: .fatal(code: "invalid_api_key")
                case 403, 404, 400: .fatal(code: "upstream_refused")
                // A redirect is never followed: it would decide where the key goes.
                case 300..<400: .fatal(code: "upstream_refused")
                default: .reconnect
                }
        }
    }

    /// Close codes after which a new connection may work: the official SDK's list, and an end without a reason. 1008
    /// may be one, by its reason.
    private static let passing: Set<Int> = [1000, 1001, 1005, 1006, 1011, 1012, 1013, 1015]

    /// - Parameters:
    ///   - closeCode: nil when the connection ended without a close frame.
    ///   - reason: `invalid_request_error.<code>` with 4000.
    package init(closedWith closeCode: Int?, reason: String) {
        guard let closeCode, !Self.passing.contains(closeCode) else {
            self = .reconnect
            return
        }
        let code = reason.split(separator: ".").last.map(String.init) ?? ""
        let words = reason.lowercased()
        if Self.hopeless.contains(code) {
            self = .fatal(code: code)
        } else if Self.fullWords.contains(where: words.contains) {
            self = .reconnect
        } else if closeCode == 1008 {
            self = Self.keyWords.contains(where: words.contains) ? .fatal(code: "invalid_api_key") : .reconnect
        } else {
            self = .fatal(code: "upstream_refused")
        }
    }
}
