import Domain
import Foundation
public import Speech
import Synchronization
import WebSocket

/// A trainee with a headset: speaks in real time, hears what the headset plays, interrupts, loses the connection and
/// returns. Everything that was received and heard is in the `log`.
public final class Headset: Sendable {
    public struct Options: Sendable {
        /// Report the playback position to the server every 200 ms.
        public var reportsPlayed = true
        /// Send and receive audio in binary frames.
        public var binaryAudio = false

        public init() {}
    }

    public struct NeverCame: Error, CustomStringConvertible {
        public let description: String
    }

    /// Interval of playback reports and of pings, which measure how late the server is.
    private static let reportMs = 200

    public let log: HeadsetLog
    public let call: TrainingCall
    private let options: Options
    private let reporting = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter url: the `wsUrl` of the session.
    public init(url: String, options: Options = Options()) {
        let log = HeadsetLog()
        self.log = log
        self.options = options
        call = TrainingCall(url: url, binaryAudio: options.binaryAudio) { log.take($0) }
    }

    // MARK: The connection

    /// Connects, waits for `ready` and opens the microphone. Tries again if the server is too busy (503).
    ///
    /// - Parameter fromStart: request the whole history first.
    public func connect(fromStart: Bool = false) async throws {
        let earlier = log.messages("ready").count
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                try await call.connect(fromStart: fromStart, played: played)
                return try await begin(after: earlier)
            } catch WebSocketClient.Failure.refused(status: 503, let body) {
                guard ContinuousClock.now < deadline else {
                    throw WebSocketClient.Failure.refused(status: 503, body: body)
                }
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Loses the connection without a close; data in flight is lost. The headset plays what it already has.
    public func cut() { call.cut() }

    /// Reconnects, as often as necessary, and resumes. Also takes over from a connection that is still open.
    public func comeBack() async throws {
        let earlier = log.messages("ready").count
        try await call.reconnect(played: played)
        try await begin(after: earlier)
    }

    public func hangUp() {
        reporting.withLock { task in
            task?.cancel()
            task = nil
        }
        call.hangUp()
    }

    private func begin(after earlier: Int) async throws {
        try await wait("ready") { self.log.messages("ready").count > earlier }
        call.openMicrophone()
        reporting.withLock { task in
            guard task == nil else { return }
            // `hangUp` cancels it; it also ends with the headset.
            task = Task { [weak self] in
                var last: ClientMessage.Played?
                while !Task.isCancelled, let self {
                    if self.options.reportsPlayed, let played = self.played(), played != last {
                        last = played
                        self.report(played)
                    }
                    self.call.send(.ping(t: .number(self.log.now)))
                    try? await Task.sleep(for: .milliseconds(Self.reportMs))
                }
            }
        }
    }

    @Sendable private func played() -> ClientMessage.Played? {
        guard let item = log.lastHeard else { return nil }
        return ClientMessage.Played(itemId: item.id, offsetMs: item.heardMs + item.missingMs)
    }

    private func report(_ played: ClientMessage.Played) {
        guard call.isConnected else { return }
        let now = log.now
        call.send(.played(played))
        log.add(HeadsetLog.Report(atMs: now, played: played, isAll: log.playsUntilMs <= now))
    }

    /// How late this headset or the server's answers were at most, in milliseconds. Measurements on a busy machine have
    /// to tolerate this much.
    public var latenessMs: Double { max(call.latenessMs, log.slowestAnswerMs) }

    // MARK: The trainee

    /// Says a line and returns when it has been sent.
    ///
    /// - Parameter soundMs: length of the audio after the tag, in milliseconds. It has no pauses, so that it is one
    ///   turn.
    public func say(_ text: String, soundMs: Int = 500) async throws {
        try await say(text, SpokenTag.samples(for: text) + Self.hum(milliseconds: soundMs))
    }

    /// Says a line with a voice, for a server that recognises speech, and returns when it has been sent.
    public func say(_ text: String, with synthesizer: SpeechSynthesizer) async throws {
        try await say(text, await synthesizer.speak(text, voice: "trainee"))
    }

    private func say(_ text: String, _ samples: [Int16]) async throws {
        let start = log.now + Double(call.queuedMs)
        let end = start + Double(samples.count / PCM16.samplesPerMillisecond)
        log.add(HeadsetLog.Line(text: text, isTyped: false, startMs: start, endMs: end))
        call.say(samples)
        try await Task.sleep(for: .milliseconds(end - log.now))
    }

    /// Sends a line as text.
    public func type(_ text: String) {
        let now = log.now
        log.add(HeadsetLog.Line(text: text, isTyped: true, startMs: now, endMs: now))
        call.send(.text(text))
    }

    /// Stays silent for a while.
    public func pause(milliseconds: Int) async throws { try await Task.sleep(for: .milliseconds(milliseconds)) }

    /// Waits until the customer has begun to answer the last line, and has been quiet for a while.
    ///
    /// - Parameter quietMs: required silence; more if the answer may come in parts.
    public func listen(quietMs: Double = 800, within limit: Duration = .seconds(25)) async throws {
        let asked = log.lines.last?.endMs ?? 0
        try await wait("an answer to «\(log.lines.last?.text ?? "")», heard to its end", within: limit) {
            let now = self.log.now
            guard self.log.items.contains(where: { ($0.startMs ?? -1) > asked && $0.heardMs > 0 }) else { return false }
            return now - self.log.playsUntilMs >= quietMs
        }
    }

    /// Waits until this much of an item of the answer to the last line has been heard.
    public func hear(milliseconds: Int, within limit: Duration = .seconds(20)) async throws {
        let asked = log.lines.last?.endMs ?? 0
        try await wait("\(milliseconds) ms of an answer to «\(log.lines.last?.text ?? "")»", within: limit) {
            self.log.items.contains {
                ($0.startMs ?? -1) > asked && $0.heardMs > 0 && $0.heardMs >= milliseconds && !$0.wasCut
            }
        }
    }

    /// Ends the session and waits for everything that follows.
    public func end() async throws {
        call.send(.endSession)
        try await waitForEnd()
    }

    /// Waits until the session has ended and is scored, and the server has closed the connection.
    public func waitForEnd(within limit: Duration = .seconds(60)) async throws {
        try await wait("score", within: limit) { !self.log.messages("score").isEmpty }
        try await wait("close 1000", within: .seconds(10)) { self.log.closings.contains { $0.code == 1_000 } }
        hangUp()
    }

    /// Waits for a condition on the log.
    public func wait(
        _ what: String, within limit: Duration = .seconds(30), until condition: @Sendable () -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while !condition() {
            guard ContinuousClock.now < deadline else {
                let last = log.received.suffix(12).map { String(decoding: $0.json.prefix(300), as: UTF8.self) }
                throw NeverCame(description: "not within \(limit): \(what); last came \(last), \(log.closings)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func hum(milliseconds: Int) -> [Int16] {
        (0..<milliseconds * PCM16.samplesPerMillisecond).map { Int16(4_000 * sin(Double($0) / 12)) }
    }
}
