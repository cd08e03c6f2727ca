import Foundation
import Speech
import Synchronization

/// The audio to be sent: queued speech, otherwise silence.
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

    /// How late the microphone was at most, in milliseconds: negligible on a machine that keeps up.
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
