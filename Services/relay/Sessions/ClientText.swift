import Domain
import Foundation

/// A client's message whose first bytes do not show that it is audio.
enum ClientText {
    /// Base64 that has been checked, and how many bytes it stands for.
    case audio([UInt8], byteCount: Int)
    case message(ClientMessage)
    /// `unknown_message` or `invalid_message`, and a sentence for the developer of the client.
    case invalid(code: ErrorCode, message: String)
    /// An invalid event with a readable id, so that the answer can tell the client not to send it again.
    case invalidEvent(eventId: String, message: String)

    private struct Typed: Decodable {
        var type: String
    }

    private struct Identified: Decodable {
        var eventId: String
    }

    static func read(_ message: UnsafeRawBufferPointer) -> ClientText {
        guard JSONNesting.isWithin(JSONNesting.limit, message) else {
            return .invalid(
                code: "invalid_message", message: "The message is nested deeper than \(JSONNesting.limit) levels.")
        }
        let bytes = Data(message)
        let decoder = JSONDecoder()
        guard let type = (try? decoder.decode(Typed.self, from: bytes))?.type else {
            return .invalid(code: "invalid_message", message: "The message is not a JSON object with a string `type`.")
        }
        if type == "audio" {
            do throws(AudioSplice.InvalidAudio) {
                if let audio = try AudioSplice.unusualAudio(in: bytes) {
                    return .audio(audio.base64, byteCount: audio.byteCount)
                }
            } catch {}
            return .invalid(
                code: "invalid_message", message: "`data` of an audio message must be base64 of PCM16, 24 kHz, mono.")
        }
        guard ClientMessage.types.contains(type) else {
            return .invalid(
                code: "unknown_message",
                message:
                    "Unknown message type \(type.prefix(64)); known: audio, \(ClientMessage.types.joined(separator: ", "))."
            )
        }
        do {
            return .message(try decoder.decode(ClientMessage.self, from: bytes))
        } catch {
            let message = "The \(type) message is not as it should be: \(Self.fault(in: error))"
            if type == "event", let id = (try? decoder.decode(Identified.self, from: bytes))?.eventId,
                ClientEvent.isId(id)
            {
                return .invalidEvent(eventId: id, message: message)
            }
            return .invalid(code: "invalid_message", message: message)
        }
    }

    /// Names the invalid key without revealing internals.
    private static func fault(in error: any Error) -> String {
        func path(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            (context.codingPath + (key.map { [$0] } ?? [])).map(\.stringValue).joined(separator: ".")
        }
        return switch error as? DecodingError {
        case .keyNotFound(let key, let context): "\(path(context, key)) is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context): "\(path(context)) has the wrong type."
        case .dataCorrupted, .none: "it cannot be read."
        @unknown default: "it cannot be read."
        }
    }
}
