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

    /// - Parameters:
    ///   - error: of an `error` event or of a failed response.
    ///   - isSessionUpdate: whether the event of ours that it names was `session.update`.
    package init(_ error: RealtimeError, isSessionUpdate: Bool) {
        let code = error.code ?? ""
        if Self.hopeless.contains(code) {
            self = .fatal(code: code)
        } else if isSessionUpdate, error.param?.contains("transcription") == true {
            self = .transcriptionRefused
        } else if code == "cannot_update_voice" {
            self = .voiceRefused
        } else if isSessionUpdate {
            self = .fatal(code: "session_refused")
        } else if code == "conversation_already_has_active_response" {
            self = .askAgainAfterResponse
        } else if Self.races.contains(code) || error.message?.contains("already shorter than") == true {
            self = .benign
        } else if code == "session_expired" {
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
                default: .reconnect
                }
        }
    }

    /// Close codes after which a new connection may work: the official SDK's list, and an end without a reason.
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
        self = .fatal(code: Self.hopeless.contains(code) ? code : "upstream_refused")
    }
}
