import Domain
import Foundation
import NIOCore
import Speech
import Synchronization
import WebSocket

/// What has arrived in a call, over all its connections.
final class CallRecord: Sendable {
    private struct State {
        var connections = 0
        var lastSeq = 0
        var arrivedSeqs: [Int] = []
        var order: [String] = []
        var bytes: [String: Int] = [:]
        var audio: [String: Data] = [:]
        /// Events that the server has not acknowledged yet, oldest first.
        var unacknowledged: [ClientEvent] = []
    }

    private let state = Mutex(State())
    private let captures: Bool

    init(captures: Bool) {
        self.captures = captures
    }

    var lastSeq: Int { state.withLock { $0.lastSeq } }
    var arrivedSeqs: [Int] { state.withLock { $0.arrivedSeqs } }
    var audio: [Data] { state.withLock { state in state.order.compactMap { state.audio[$0] } } }

    var unacknowledged: [ClientEvent] { state.withLock { $0.unacknowledged } }

    /// Keeps an event with an id until the server has acknowledged it or refused it for good.
    func sent(_ event: ClientEvent) {
        guard let id = event.eventId else { return }
        state.withLock { state in
            if !state.unacknowledged.contains(where: { $0.eventId == id }) { state.unacknowledged.append(event) }
        }
    }

    func settled(_ eventIds: [String]) {
        state.withLock { $0.unacknowledged.removeAll { event in event.eventId.map(eventIds.contains) ?? true } }
    }

    /// - Returns: the number of the connection, 1 for the first.
    func connected() -> Int {
        state.withLock { state in
            state.connections += 1
            return state.connections
        }
    }

    /// False for a message that has arrived before and must be dropped.
    func isNew(seq: Int) -> Bool {
        state.withLock { state in
            state.arrivedSeqs.append(seq)
            guard seq > state.lastSeq else { return false }
            state.lastSeq = seq
            return true
        }
    }

    /// - Returns: the milliseconds of this item that have arrived so far.
    func add(_ pcm: Data, of itemId: String) -> Int {
        state.withLock { state in
            if state.bytes[itemId] == nil { state.order.append(itemId) }
            state.bytes[itemId, default: 0] += pcm.count
            if captures { state.audio[itemId, default: Data()].append(pcm) }
            return (state.bytes[itemId] ?? 0) / PCM16.bytesPerMillisecond
        }
    }
}

final class CallHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage

    private struct Audio: Decodable {
        var data: Data
        var itemId: String?
        var offsetMs: Int?
    }

    private struct Numbered: Decodable {
        var type: String
        var seq: Int?
    }

    /// The first byte of a binary frame of audio.
    static let audioMark: UInt8 = 0x01

    private let record: CallRecord
    private let continuation: AsyncStream<TrainingCall.Event>.Continuation
    private let tap: TrainingCall.Tap?
    private let connection: Int
    /// The item that binary frames belong to, and where in its audio the next one begins.
    private var binaryItem: (id: String, bytes: Int)?
    private var hasClosed = false

    init(record: CallRecord, continuation: AsyncStream<TrainingCall.Event>.Continuation, tap: TrainingCall.Tap?) {
        self.record = record
        self.continuation = continuation
        self.tap = tap
        connection = record.connected()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .text(let buffer): take(Data(buffer.readableBytesView))
        case .binary(let buffer):
            // JSON comes in text frames only.
            guard buffer.readableBytesView.first == Self.audioMark else { return }
            let pcm = Data(buffer.readableBytesView.dropFirst())
            play(pcm, of: binaryItem?.id, from: binaryItem.map { $0.bytes / PCM16.bytesPerMillisecond })
            binaryItem?.bytes += pcm.count
        case .close(let code, let reason):
            hasClosed = true
            closed(Int(code.rawValue), reason)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !hasClosed { closed(1006, "") }
        context.fireChannelInactive()
    }

    private func closed(_ code: Int, _ reason: String) {
        tell(.closed(code: code, reason: reason))
        continuation.yield(.closed(code: code, reason: reason))
    }

    private func tell(_ content: TrainingCall.Arrival.Content) {
        tap?(TrainingCall.Arrival(connection: connection, at: .now, content: content))
    }

    private func take(_ json: Data) {
        let decoder = JSONDecoder()
        guard let numbered = try? decoder.decode(Numbered.self, from: json) else { return }
        if numbered.type == "audio" {
            if let audio = try? decoder.decode(Audio.self, from: json) {
                play(audio.data, of: audio.itemId, from: audio.offsetMs)
            }
            return
        }
        let message = try? decoder.decode(ServerMessage.self, from: json)
        // These two report a number but have none of their own.
        let seq = ["ready", "resume_failed"].contains(numbered.type) ? nil : numbered.seq
        tell(.message(type: numbered.type, seq: seq, message, json: json))
        if let seq, !record.isNew(seq: seq) { return }
        guard let message else { return }
        switch message {
        case .audioItem(let itemId, let offsetMs): binaryItem = (itemId, offsetMs * PCM16.bytesPerMillisecond)
        case .ack(let eventIds), .nack(let eventIds, _, _, retry: false): record.settled(eventIds)
        default: break
        }
        continuation.yield(.message(message))
    }

    private func play(_ pcm: Data, of itemId: String?, from offsetMs: Int?) {
        tell(.audio(itemId: itemId, offsetMs: offsetMs, bytes: pcm.count))
        let total = record.add(pcm, of: itemId ?? "")
        continuation.yield(.audio(itemId: itemId, bytes: pcm.count, totalMs: total))
    }
}
