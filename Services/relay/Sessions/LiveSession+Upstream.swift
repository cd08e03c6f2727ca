import Conversation
import Domain
import Foundation
import Logging
import NIOCore
import Storage
import WebSocket
import Wire

extension LiveSession {
    /// A piece of the customer's audio, checked. The buffers are valid until the call returns.
    func hear(
        _ base64: UnsafeRawBufferPointer, _ byteCount: Int, of id: UnsafeRawBufferPointer,
        response: UnsafeRawBufferPointer?, on number: Int
    ) {
        guard number == upstreamNumber else { return }
        pass(
            base64, byteCount, of: currentItem.text(of: id), id, response: response.map { currentResponse.text(of: $0) }
        )
    }

    func hear(_ event: RealtimeEvent, on number: Int) {
        guard number == upstreamNumber else { return }
        guard case .audio(let delta) = event else { return handle(.upstream(event)) }
        let base64 = Array(delta.base64.utf8)
        let isAudio = base64.withUnsafeBytes { base64 in
            guard let byteCount = Base64Text.byteCount(of: base64) else { return false }
            AudioSplice.unescaped(delta.itemId).withUnsafeBytes { id in
                pass(base64, byteCount, of: delta.itemId, id, response: delta.responseId)
            }
            return true
        }
        if !isAudio { log(.warning, "upstream sent audio that is not base64", [:]) }
    }

    private func pass(
        _ base64: UnsafeRawBufferPointer, _ byteCount: Int, of item: String, _ id: UnsafeRawBufferPointer,
        response: String?
    ) {
        let now = now
        let audio = decide(.customerAudio(byteCount: byteCount, itemId: item, responseId: response), at: now)
        guard case .play(let offset, let playedAt) = audio, let seat = client?.seat else { return }
        let message = AudioSplice.ClientMessage(base64: base64, itemId: id, offsetMs: offset)
        seat.link.send(to: seat.number, length: message.length) { message.write(to: $0) }
        recorder?.customerSpoke(base64, of: item, playedAt: playedAt)
        customerAudio.add(
            base64, of: item, offsetMs: offset, lengthMs: PCM.milliseconds(byteCount), playedAt: playedAt, now: now)
    }

    /// Samples of 0, as if the trainee had sent them.
    func appendSilence(_ piece: Range<Int>, keptFrom: Int) {
        let base64 = [UInt8](repeating: UInt8(ascii: "A"), count: piece.count / 3 * 4)
        base64.withUnsafeBytes {
            traineeAudio.add($0, at: piece)
            traineeAudio.trim(before: keptFrom)
            upstream?.append($0)
        }
    }

    func upstreamClosed(code: Int?, reason: String, on number: Int) {
        guard number == upstreamNumber else { return }
        upstream = nil
        upstreamNumber += 1
        upstreamFlowChanged()
        handle(
            .upstreamLost(
                RealtimeFailure(closedWith: code, reason: reason),
                detail: "closed \(code.map(String.init) ?? "without a code") \(reason.prefix(120))"))
    }

    /// The other direction of backpressure: a slow upstream holds the client back.
    func upstreamFlowChanged(on number: Int) {
        if number == upstreamNumber { upstreamFlowChanged() }
    }

    /// The client is held back exactly while there is a connection that takes no more.
    func upstreamFlowChanged() {
        guard let seat = client?.seat else { return }
        let mustPause = upstream.map { !$0.isWritable } ?? false
        guard mustPause != isClientPaused else { return }
        isClientPaused = mustPause
        seat.link.send(mustPause ? .pause(s: seat.number) : .resume(s: seat.number))
    }

    /// The client or its gateway stopped or resumed taking audio.
    func clientFlowChanged() {
        upstream?.setReading(client.map { $0.seat.link.takesAudio(for: $0.seat.number) } ?? true)
    }

    func connect() {
        upstreamNumber += 1
        let number = upstreamNumber
        let bound = NIOLoopBound(self, eventLoop: loop)
        let (client, identifier, loop) = (parts.realtime, plan.safetyIdentifier, loop)
        // Ends by itself: connecting and the handshake have a limit each.
        loop.makeFutureWithTask {
            try await client.connect(safetyIdentifier: identifier, on: loop) { _ in
                let handler = RealtimeHandler(
                    session: bound.value, number: number, flushes: bound.value.parts.flushes, filters: client.filters,
                    confirms: client.configuration.profile.isConfirmed)
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
                self.upstreamFlowChanged()
                self.handle(.upstreamLost(RealtimeClient.failure(of: error), detail: client.detail(of: error)))
            }
        }
    }

    /// The handshake is done. A connection that is no longer wanted closes as soon as it can.
    func adopt(_ handler: RealtimeHandler, _ number: Int) {
        if number == upstreamNumber {
            upstream = handler
            clientFlowChanged()
            upstreamFlowChanged()
        } else {
            loop.assumeIsolated().execute { handler.close() }
        }
    }

    func disconnect() {
        upstreamNumber += 1
        upstream?.close()
        upstream = nil
        upstreamFlowChanged()
    }
}
