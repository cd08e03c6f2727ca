package import Domain

/// An event from the Realtime API, in either dialect. Events that the relay does not know are `other`.
package enum RealtimeEvent: Hashable, Sendable {
    /// Longest id that is taken, in bytes: ids are kept as long as the session.
    package static let longestId = 256

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
    /// `unsureWords` are the words of the text with a low probability; empty if the server states no probabilities.
    case transcribed(itemId: String, text: String, unsureWords: [String] = [])
    case transcriptionFailed(itemId: String, code: String?)
    case responseCreated(id: String?)
    case outputItem(Item, responseId: String?, isDone: Bool)
    /// The whole arguments of a function call; some servers leave out its name, or its id.
    case functionCall(FunctionCall, itemId: String?, responseId: String?)
    case audio(AudioDelta)
    case audioDone(itemId: String, responseId: String?)
    case words(itemId: String, responseId: String?, delta: String)
    case wordsDone(itemId: String, responseId: String?, text: String)
    case responseDone(Response)
    /// How long it takes until every exhausted limit is reset, in seconds; 0 when none is.
    case rateLimits(waitSeconds: Double)
    case other(type: String)

    /// Where an item stands in the conversation.
    package enum Predecessor: Hashable, Sendable {
        /// Not stated: the item goes to the end.
        case unknown
        case first
        case item(String)
    }

    package struct Item: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case user, assistant, system
            case functionCall(FunctionCall)
            case other
        }

        package enum Status: String, Hashable, Sendable {
            case completed, incomplete
            case inProgress = "in_progress"
        }

        package var id: String
        package var kind: Kind
        /// The text of the item's content, if any.
        package var text: String?
        /// The content is text and no audio.
        package var isTyped: Bool
        /// Nil if the server does not state it.
        package var status: Status?

        package init(id: String, kind: Kind, text: String? = nil, isTyped: Bool = false, status: Status? = nil) {
            self.id = id
            self.kind = kind
            self.text = text
            self.isTyped = isTyped
            self.status = status
        }
    }

    package struct FunctionCall: Hashable, Sendable {
        package var callId: String
        package var name: String
        /// JSON as the model wrote it: it may be malformed.
        package var arguments: String

        package init(callId: String, name: String, arguments: String) {
            self.callId = callId
            self.name = name
            self.arguments = arguments
        }
    }

    /// One `response.output_audio.delta`, as the slow path reads it.
    package struct AudioDelta: Hashable, Sendable {
        package var itemId: String
        package var responseId: String?
        package var base64: String

        package init(itemId: String, responseId: String?, base64: String) {
            self.itemId = itemId
            self.responseId = responseId
            self.base64 = base64
        }
    }

    package struct Response: Hashable, Sendable {
        package enum Status: String, Hashable, Sendable {
            case completed, cancelled, incomplete, failed
        }

        package var id: String?
        /// Absent or unknown counts as completed.
        package var status: Status
        /// `turn_detected`, `max_output_tokens`, `content_filter`, …
        package var reason: String?
        package var error: RealtimeError?
        package var output: [Item]
        package var usage: TokenUsage?

        package init(
            id: String? = nil, status: Status, reason: String? = nil, error: RealtimeError? = nil, output: [Item],
            usage: TokenUsage? = nil
        ) {
            self.id = id
            self.status = status
            self.reason = reason
            self.error = error
            self.output = output
            self.usage = usage
        }
    }
}

/// An error that the API reports, in an `error` event or in a failed response.
package struct RealtimeError: Error, Hashable, Sendable {
    package var type: String?
    package var code: String?
    package var message: String?
    package var param: String?
    /// The `event_id` of the event of ours that caused it.
    package var eventId: String?

    /// The code. Some servers have it in the type and leave the code empty.
    package var name: String? { [code, type].lazy.compactMap(\.self).first { !$0.isEmpty } }

    package init(
        type: String? = nil, code: String? = nil, message: String? = nil, param: String? = nil, eventId: String? = nil
    ) {
        self.type = type
        self.code = code
        self.message = message
        self.param = param
        self.eventId = eventId
    }
}
