import Domain
import Foundation
import Synchronization
import TestSupport
import TrainingClient

/// A call like any other, in which the customer speaks nearly all the time: how long its audio was missing.
final class SteadyCall: Sendable {
    private struct State {
        var item: String?
        var lastAt: ContinuousClock.Instant?
        /// Between two pieces of one answer, in milliseconds.
        var longestGap = 0.0
        var pieces = 0
        var isReady = false
        var hasEnded = false
        var closeCode: Int?
    }

    /// After this long without audio the answer is over.
    private static let pause = Duration.seconds(3)

    private let state = Mutex(State())
    private let url: String

    init(url: String) {
        self.url = url
    }

    var longestGap: Double { state.withLock { $0.longestGap } }
    var pieces: Int { state.withLock { $0.pieces } }
    /// Nil while it is connected.
    var closeCode: Int? { state.withLock { $0.closeCode } }

    /// Talks until the calling task is cancelled, and then ends the call.
    func run() async throws {
        let call = TrainingCall(url: url) { [self] in take($0) }
        try await call.connect()
        try await wait(for: "ready", within: .seconds(20)) { $0.isReady }
        call.openMicrophone()
        var number = 0
        while !Task.isCancelled {
            number += 1
            let before = pieces
            call.send(.text("Tell me the whole story. \(number)"))
            try? await wait(for: "an answer", within: .seconds(5)) { $0.pieces > before }
            try? await wait(for: "its end", within: .seconds(30)) { state in
                state.lastAt.map { ContinuousClock.now - $0 > Self.pause } ?? true
            }
        }
        await Task {
            call.send(.endSession)
            try? await wait(for: "session_ended", within: .seconds(30)) { $0.hasEnded }
            call.hangUp()
        }.value
    }

    private func wait(for what: String, within limit: Duration, _ holds: (State) -> Bool) async throws {
        try await eventually(what, within: limit) { state.withLock { holds($0) } }
    }

    /// On the connection's event loop.
    private func take(_ arrival: TrainingCall.Arrival) {
        state.withLock { state in
            switch arrival.content {
            case .audio(let item, _, _):
                if item == state.item, let last = state.lastAt {
                    state.longestGap = max(state.longestGap, (arrival.at - last) / .milliseconds(1))
                }
                state.item = item
                state.lastAt = arrival.at
                state.pieces += 1
            case .closed(let code, _): state.closeCode = code
            case .message("ready", _, _, _): state.isReady = true
            case .message("session_ended", _, _, _): state.hasEnded = true
            case .message: break
            }
        }
    }
}
