import Domain
import Foundation
import Logging
import NIOCore
import Storage
import WebSocket
import Wire

extension LiveSession {
    func hear(_ delta: AudioSplice.Delta, in event: ByteBuffer, on number: Int) {
        guard number == upstreamNumber else { return }
        let item = itemId(delta.itemId, in: event)
        let response = delta.responseId.flatMap {
            event.getString(at: event.readerIndex + $0.lowerBound, length: $0.count)
        }
        let (decision, actions) = machine.upstreamAudio(delta.byteCount, of: item, responseId: response, at: now)
        perform(actions)
        if case .forward(let offset) = decision {
            pass(AudioSplice.clientMessage(for: delta, in: event, offsetMs: offset), item, offset, delta.byteCount)
        }
    }

    func hear(_ event: RealtimeEvent, on number: Int) {
        guard number == upstreamNumber else { return }
        guard case .audio(let delta) = event else { return handle(.upstream(event)) }
        guard let (_, byteCount) = AudioSplice.clientMessage(base64: delta.base64, itemId: delta.itemId, offsetMs: 0)
        else {
            return log(.warning, "upstream sent audio that is not base64", [:])
        }
        let (decision, actions) = machine.upstreamAudio(
            byteCount, of: delta.itemId, responseId: delta.responseId, at: now)
        perform(actions)
        if case .forward(let offset) = decision,
            let (message, _) = AudioSplice.clientMessage(base64: delta.base64, itemId: delta.itemId, offsetMs: offset)
        {
            pass(message, delta.itemId, offset, byteCount)
        }
    }

    func pass(_ message: ByteBuffer, _ item: String, _ offset: Int, _ byteCount: Int) {
        guard let seat else { return }
        seat.link.send(message, to: seat.number)
        tail.add(
            message, of: item, offsetMs: offset, lengthMs: PCM.milliseconds(byteCount), playedAt: machine.playback.end,
            now: machine.now)
    }

    func itemId(_ range: Range<Int>, in event: ByteBuffer) -> String {
        guard let bytes = event.getSlice(at: event.readerIndex + range.lowerBound, length: range.count) else {
            return ""
        }
        if let currentItem, currentItem.bytes == bytes { return currentItem.text }
        let text = String(buffer: bytes)
        // Its own copy, since the slice would keep the whole event.
        currentItem = (ByteBuffer(string: text), text)
        return text
    }

    func upstreamClosed(code: Int?, reason: String, on number: Int) {
        guard number == upstreamNumber else { return }
        upstream = nil
        upstreamNumber += 1
        handle(
            .upstreamLost(
                RealtimeFailure(closedWith: code, reason: reason),
                detail: "closed \(code.map(String.init) ?? "without a code") \(reason.prefix(120))"))
    }

    /// The other direction of backpressure: a slow upstream holds the client back.
    func upstreamTakesAudio(_ takes: Bool, on number: Int) {
        guard number == upstreamNumber, let seat else { return }
        seat.link.tell(takes ? .resume(s: seat.number) : .pause(s: seat.number))
    }

    /// The client, or its gateway, takes nothing more for now; or it does again.
    func clientFlowChanged() {
        upstream?.setReading(seat.map { $0.link.takesAudio(for: $0.number) } ?? true)
    }

    func connect() {
        upstreamNumber += 1
        let number = upstreamNumber
        let bound = NIOLoopBound(self, eventLoop: loop)
        let (client, identifier, loop) = (parts.realtime, safetyIdentifier, loop)
        // Ends by itself: connecting and the handshake have a limit each.
        loop.makeFutureWithTask {
            try await client.connect(safetyIdentifier: identifier, on: loop) { _ in
                let handler = RealtimeHandler(session: bound.value, number: number)
                bound.value.adopt(handler, number)
                return handler
            }
        }.assumeIsolated().whenComplete { result in
            guard number == self.upstreamNumber else { return }
            switch result {
            case .success: self.handle(.upstreamOpened)
            case .failure(let error):
                self.upstream = nil
                self.upstreamNumber += 1
                self.handle(.upstreamLost(RealtimeClient.failure(of: error), detail: "\(error)"))
            }
        }
    }

    /// The handshake is done. A connection that is no longer wanted closes as soon as it can.
    func adopt(_ handler: RealtimeHandler, _ number: Int) {
        if number == upstreamNumber {
            upstream = handler
        } else {
            loop.assumeIsolated().execute { handler.close() }
        }
    }

    func disconnect() {
        upstreamNumber += 1
        upstream?.close()
        upstream = nil
    }
}
