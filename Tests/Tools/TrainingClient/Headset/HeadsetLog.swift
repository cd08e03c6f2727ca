public import Domain
public import Foundation
import Synchronization

/// Everything that a headset received, when and on which connection, and what was heard of it.
public final class HeadsetLog: Sendable {
    /// A message other than audio. Duplicates are in the log twice.
    public struct Received: Sendable {
        public var connection: Int
        public var atMs: Double
        public var type: String
        public var seq: Int?
        /// Nil for a type that this client does not know.
        public var message: ServerMessage?
        public var json: Data
    }

    public struct Closing: Hashable, Sendable {
        public var connection: Int
        public var atMs: Double
        public var code: Int
    }

    /// An utterance of the trainee.
    public struct Line: Hashable, Sendable {
        public var text: String
        public var isTyped: Bool
        /// Start of the first and end of the last audio, including the tag.
        public var startMs: Double
        public var endMs: Double
    }

    /// A `played` message that the headset sent.
    public struct Report: Hashable, Sendable {
        public var atMs: Double
        public var played: ClientMessage.Played
        /// Everything that had arrived by then had been heard.
        public var isAll: Bool
    }

    private struct State {
        var speaker = HeadsetSpeaker()
        var received: [Received] = []
        var closings: [Closing] = []
        var lines: [Line] = []
        var reports: [Report] = []
        var lastAudioMs: Double?
        var slowestAnswerMs = 0.0
    }

    private let began = ContinuousClock.now
    private let state = Mutex(State())

    public init() {}

    /// Milliseconds since the call began, by the headset's clock, like all times of the log.
    public var now: Double { milliseconds(.now) }

    // MARK: Recording

    func take(_ arrival: TrainingCall.Arrival) {
        let at = milliseconds(arrival.at)
        state.withLock { state in
            switch arrival.content {
            case .audio(let itemId, let offsetMs, let bytes):
                state.lastAudioMs = at
                state.speaker.receive(bytes: bytes, of: itemId, offsetMs: offsetMs, at: at)
            case .message(let type, let seq, let message, let json):
                if case .audioClear = message { state.speaker.clear(at: at) }
                if case .pong(.some(let sent)) = message, let sent = sent.number {
                    state.slowestAnswerMs = max(state.slowestAnswerMs, at - sent)
                }
                state.received.append(
                    Received(
                        connection: arrival.connection, atMs: at, type: type, seq: seq, message: message, json: json))
            case .closed(let code, _):
                state.closings.append(Closing(connection: arrival.connection, atMs: at, code: code))
            }
        }
    }

    func add(_ line: Line) { state.withLock { $0.lines.append(line) } }

    func add(_ report: Report) { state.withLock { $0.reports.append(report) } }

    // MARK: Reading

    public var received: [Received] { state.withLock { $0.received } }
    public var closings: [Closing] { state.withLock { $0.closings } }
    public var lines: [Line] { state.withLock { $0.lines } }
    public var reports: [Report] { state.withLock { $0.reports } }
    /// When audio last arrived.
    public var lastAudioMs: Double? { state.withLock { $0.lastAudioMs } }
    /// The longest time that the server took to answer a `ping`, in milliseconds; short on a machine that keeps up.
    public var slowestAnswerMs: Double { state.withLock { $0.slowestAnswerMs } }
    /// When playback of everything received ends.
    public var playsUntilMs: Double { state.withLock { $0.speaker.endMs } }

    public var items: [HeadsetSpeaker.Item] {
        let now = now
        return state.withLock { $0.speaker.items(at: now) }
    }

    public var lastHeard: HeadsetSpeaker.Item? {
        let now = now
        return state.withLock { $0.speaker.lastHeard(at: now) }
    }

    /// Every `seq`, in order of arrival.
    public var seqs: [Int] { received.compactMap(\.seq) }

    public func messages(_ type: String) -> [Received] { received.filter { $0.type == type } }

    /// What the server reported about its upstream, in order.
    public var statuses: [UpstreamStatus] {
        received.compactMap { if case .status(let upstream) = $0.message { upstream } else { nil } }
    }

    /// When the session's clock was at 0; nil before the first `ready`.
    public var sessionBeganMs: Double? {
        for entry in received {
            if case .ready(let ready) = entry.message { return entry.atMs - ready.sessionTime * 1_000 }
        }
        return nil
    }

    private func milliseconds(_ instant: ContinuousClock.Instant) -> Double { (instant - began) / .milliseconds(1) }
}
