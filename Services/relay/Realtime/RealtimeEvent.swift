import Domain

/// What the Realtime API tells us, in either dialect. Only what is acted on; everything else is `other`.
enum RealtimeEvent: Hashable, Sendable {
    /// `expiresAt` in Unix seconds.
    case sessionCreated(id: String?, expiresAt: Double?)
    case sessionUpdated
    case error(RealtimeError)
    /// Milliseconds of audio appended since the upstream session began; the start includes the prefix padding.
    case speechStarted(itemId: String?, audioStartMs: Int?)
    case speechStopped(itemId: String?, audioEndMs: Int?)
    case committed(itemId: String, after: Predecessor)
    case itemAdded(Item, after: Predecessor)
    case itemDeleted(id: String)
    /// `unsureWords` are those of the text that the server gave little probability; empty where it gives none.
    case transcribed(itemId: String, text: String, unsureWords: [String] = [])
    case transcriptionFailed(itemId: String, code: String?)
    case responseCreated(id: String?)
    case outputItem(Item, responseId: String?, isDone: Bool)
    case audio(AudioDelta)
    case audioDone(itemId: String, responseId: String?)
    case words(itemId: String, responseId: String?, delta: String)
    case wordsDone(itemId: String, responseId: String?, text: String)
    case responseDone(Response)
    /// How long it takes until every exhausted limit is reset, in seconds; 0 when none is.
    case rateLimits(waitSeconds: Double)
    case other(type: String)

    /// Where an item stands in the conversation.
    enum Predecessor: Hashable, Sendable {
        /// Not told: it goes to the end.
        case unknown
        case first
        case item(String)
    }

    struct Item: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case user, assistant, system
            case functionCall(FunctionCall)
            case other
        }

        var id: String
        var kind: Kind
        /// What the item's content says, where it says anything.
        var text: String?
    }

    struct FunctionCall: Hashable, Sendable {
        var callId: String
        var name: String
        /// JSON as the model wrote it: it may be malformed.
        var arguments: String
    }

    /// One `response.output_audio.delta`, as the slow path reads it.
    struct AudioDelta: Hashable, Sendable {
        var itemId: String
        var responseId: String?
        var base64: String
    }

    struct Response: Hashable, Sendable {
        enum Status: String, Hashable, Sendable {
            case completed, cancelled, incomplete, failed
        }

        var id: String?
        /// Absent or unknown counts as completed.
        var status: Status
        /// `turn_detected`, `max_output_tokens`, `content_filter`, …
        var reason: String?
        var error: RealtimeError?
        var output: [Item]
        var usage: TokenUsage?
    }
}

/// An error that the API reports, in an `error` event or in a failed response.
struct RealtimeError: Error, Hashable, Sendable {
    var type: String?
    var code: String?
    var message: String?
    var param: String?
    /// The `event_id` of the event of ours that caused it.
    var eventId: String?
}
