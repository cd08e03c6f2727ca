import Foundation
import Speech
import Synchronization

/// What is about to be sent: queued speech, else silence.
final class Microphone: Sendable {
    private struct State {
        var queue = Data()
        var sent = Data()
        var latenessMs = 0.0
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

    /// By how much the microphone was late at most, in milliseconds: nothing to speak of on a machine that keeps up.
    var latenessMs: Double { state.withLock { $0.latenessMs } }

    func wasLate(by lateness: Duration) {
        state.withLock { $0.latenessMs = max($0.latenessMs, lateness / .milliseconds(1)) }
    }

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
