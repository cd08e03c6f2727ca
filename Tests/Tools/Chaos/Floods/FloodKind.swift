import ArgumentParser
import Foundation

/// What a flooding client sends.
enum FloodKind: String, CaseIterable, Codable, ExpressibleByArgument, Sendable {
    /// Audio, as much as is allowed.
    case audio
    /// Typed lines of the greatest length.
    case text
    case event
    /// Events whose data are arrays of empty arrays.
    case nested
    /// REST batches of such events.
    case batch
    case played, resume, ping, mute
    /// Messages of OpenAI's protocol.
    case unknown
    /// No JSON.
    case garbage
    /// Messages of a megabyte, and longer ones.
    case huge
    /// Messages in frames of one byte each.
    case fragments

    /// WebSocket frames with one message, or nil for a flood over REST.
    ///
    /// - Parameter number: 1, 2, 3, … so that no two events are alike.
    func frames(_ number: Int) -> [UInt8]? {
        switch self {
        case .audio: return ClientFrame.text(Self.audioMessage)
        case .text: return ClientFrame.text(Self.textMessage)
        case .event:
            return ClientFrame.text(
                #"{"type":"event","eventId":"flood-\#(number)","data":{"type":"TABLET_CHOICE","data":"#
                    + #"{"question":"Q\#(number)","answer":"\#(Self.filler(200))"}}}"#)
        case .nested:
            return ClientFrame.text(
                #"{"type":"event","eventId":"flood-\#(number)","data":{"type":"TABLET_CHOICE","data":\#(Self.arrays)}}"#
            )
        case .batch: return nil
        case .played: return ClientFrame.text(#"{"type":"played","itemId":"item_\#(number)","offsetMs":\#(number)}"#)
        case .resume: return ClientFrame.text(#"{"type":"resume","lastSeq":0}"#)
        case .ping: return ClientFrame.text(#"{"type":"ping","t":\#(number)}"#)
        case .mute: return ClientFrame.text(#"{"type":"mute","on":\#(number.isMultiple(of: 2))}"#)
        case .unknown: return ClientFrame.text(#"{"type":"session.update","session":{"instructions":"none"}}"#)
        case .garbage: return ClientFrame.text("garbage \(number) {]")
        case .huge:
            let size = number.isMultiple(of: 4) ? 2 << 20 : 1_000_000
            return ClientFrame.text(#"{"type":"text","text":"\#(Self.filler(size))"}"#)
        case .fragments: return ClientFrame.fragments(#"{"type":"ping","t":"\#(Self.filler(500))"}"#)
        }
    }

    /// What one message costs of the server's rate limit, in bytes.
    func cost(ofBytes count: Int) -> Double { Double(self == .audio ? count : max(count, 1_024)) }

    /// The body of a REST batch.
    static func batchBody(_ number: Int) -> Data {
        let event = { (index: Int) in
            #"{"eventId":"batch-\#(number)-\#(index)","type":"TABLET_CHOICE","data":\#(Self.arrays)}"#
        }
        return Data(#"{"events":[\#((0..<8).map(event).joined(separator: ","))]}"#.utf8)
    }

    private static let audioMessage =
        #"{"type":"audio","data":"\#(Data(repeating: 1, count: 960).base64EncodedString())"}"#
    private static let textMessage = #"{"type":"text","text":"\#(filler(4_000))"}"#
    private static let arrays = "[" + Array(repeating: "[]", count: 40_000).joined(separator: ",") + "]"

    private static func filler(_ count: Int) -> String { String(repeating: "x", count: count) }
}

/// Frames as a client sends them. The masking key is zero, which the protocol allows and which leaves bytes as they are.
enum ClientFrame {
    static func text(_ text: String) -> [UInt8] { frame(opcode: 1, isFinal: true, Array(text.utf8)) }

    static func fragments(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes.indices.flatMap { index in
            frame(opcode: index == 0 ? 1 : 0, isFinal: index == bytes.count - 1, [bytes[index]])
        }
    }

    private static func frame(opcode: UInt8, isFinal: Bool, _ payload: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        switch payload.count {
        case ..<126: frame.append(0x80 | UInt8(truncatingIfNeeded: payload.count))
        case ..<65_536:
            frame.append(0x80 | 126)
            frame += withUnsafeBytes(of: UInt16(truncatingIfNeeded: payload.count).bigEndian, Array.init)
        default:
            frame.append(0x80 | 127)
            frame += withUnsafeBytes(of: UInt64(payload.count).bigEndian, Array.init)
        }
        return frame + [0, 0, 0, 0] + payload
    }
}
