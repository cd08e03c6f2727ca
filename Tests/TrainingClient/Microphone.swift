import Foundation
import Speech
import Synchronization

/// What is about to be sent: queued speech, else silence.
final class Microphone: Sendable {
    private struct State {
        var queue = Data()
        var sent = Data()
    }

    private let state = Mutex(State())
    private let captures: Bool

    init(captures: Bool) {
        self.captures = captures
    }

    func put(_ pcm: Data) {
        state.withLock { $0.queue.append(pcm) }
    }

    var queuedMs: Int { state.withLock { $0.queue.count / PCM16.bytesPerMillisecond } }
    var isBusy: Bool { state.withLock { !$0.queue.isEmpty } }
    var sent: Data { state.withLock { $0.sent } }

    func take(milliseconds: Int) -> Data {
        let count = milliseconds * PCM16.bytesPerMillisecond
        return state.withLock { state in
            var chunk = Data(state.queue.prefix(count))
            state.queue = Data(state.queue.dropFirst(count))
            chunk.append(Data(count: count - chunk.count))
            if captures { state.sent.append(chunk) }
            return chunk
        }
    }
}
