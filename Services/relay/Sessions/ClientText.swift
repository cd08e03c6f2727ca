import Domain
import Foundation

/// A client's message whose first bytes do not show that it is audio.
enum ClientText {
    /// Base64 that has been checked.
    case audio([UInt8])
    case message(ClientMessage)
    /// What is wrong, and a sentence for the developer of the client.
    case invalid(code: ErrorCode, message: String)
    /// An invalid event with a readable id, so that the answer can tell the client not to send it again.
    case invalidEvent(eventId: String, code: ErrorCode, message: String)

    private struct Typed: Decodable {
        var type: String
    }

    private struct Identified: Decodable {
        var eventId: String
    }

    static func read(_ message: UnsafeRawBufferPointer) -> ClientText {
        guard let values = JSONNesting.values(in: message) else {
            return .invalid(
                code: .invalidMessage,
                message: "The message is nested deeper than \(JSONNesting.limit) levels, or is not UTF-8.")
        }
        guard values <= ClientMessage.mostValues else { return tooLong(message) }
        let bytes = Data(message)
        let decoder = JSONDecoder()
        guard let type = (try? decoder.decode(Typed.self, from: bytes))?.type else {
            return .invalid(code: .invalidMessage, message: "The message is not a JSON object with a string `type`.")
        }
        if type == "audio" {
            do throws(AudioSplice.InvalidAudio) {
                if let base64 = try AudioSplice.unusualAudio(in: bytes) { return .audio(base64) }
            } catch {}
            return .invalid(
                code: .invalidMessage, message: "`data` of an audio message must be base64 of PCM16, 24 kHz, mono.")
        }
        guard ClientMessage.types.contains(type) else {
            return .invalid(
                code: .unknownMessage,
                message:
                    "Unknown message type \(type.beginning(bytes: 64)); known: audio, \(ClientMessage.types.joined(separator: ", "))."
            )
        }
        do {
            return .message(try decoder.decode(ClientMessage.self, from: bytes))
        } catch {
            let message = "The \(type) message is not as it should be: \(Self.fault(in: error))"
            if type == "event", let id = (try? decoder.decode(Identified.self, from: bytes))?.eventId,
                ClientEvent.isId(id)
            {
                return .invalidEvent(eventId: id, code: .invalidEvent, message: message)
            }
            return .invalid(code: .invalidMessage, message: message)
        }
    }

    /// An event is refused under its id, which is found without a parser.
    private static func tooLong(_ message: UnsafeRawBufferPointer) -> ClientText {
        let reason = "A message contains at most \(ClientMessage.mostValues) values."
        if TopLevelScan.string("type", in: message) == "event",
            let id = TopLevelScan.string("eventId", in: message), ClientEvent.isId(id)
        {
            return .invalidEvent(eventId: id, code: .eventTooLarge, message: reason)
        }
        return .invalid(code: .jsonTooLong, message: reason)
    }

    /// Names the invalid key without revealing internals.
    private static func fault(in error: any Error) -> String {
        func path(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            (context.codingPath + (key.map { [$0] } ?? [])).map(\.stringValue).joined(separator: ".")
                .beginning(bytes: 128)
        }
        return switch error as? DecodingError {
        case .keyNotFound(let key, let context): "\(path(context, key)) is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context): "\(path(context)) has the wrong type."
        case .dataCorrupted(let context) where context.debugDescription.hasPrefix("must be"):
            "\(path(context)) \(context.debugDescription)."
        case .dataCorrupted, .none: "it cannot be read."
        @unknown default: "it cannot be read."
        }
    }
}
