public import Domain
import Foundation
public import Speech

/// Holds a whole conversation over a call, turn by turn: says a line, waits until the customer's answer has been
/// played, and says the next one. Ends when the server ends the session or there are no more lines.
public struct Conversation: Sendable {
    /// One turn of the trainee: an utterance, and the VR events before it.
    public struct Turn: Sendable {
        public enum Line: Sendable {
            /// Spoken aloud.
            case speech(String)
            /// Sent as text.
            case text(String)
            /// Audio that exists already.
            case audio([Int16])
        }

        public var line: Line
        public var events: [ClientEvent]

        public init(_ line: Line, events: [ClientEvent] = []) {
            self.line = line
            self.events = events
        }
    }

    public struct Result: Sendable {
        public var messages: [ServerMessage] = []
        public var closeCode: Int?
        public var utterances: [ServerMessage.TranscriptLine] = []
        public var attitudes: [Int] = []
        public var outcome: Outcome?
        /// As adjudicated after the end.
        public var adjudicatedOutcome: Outcome?
        public var endTrigger: String?
        public var score: Scorecard?
        public var scoreError: String?
        public var acknowledged: Set<String> = []
        public var audioBytes = 0
    }

    /// Close codes for a lost connection, a restart, an internal error, and temporary conditions.
    private static let worthReconnecting = [1001, 1006, 1011, 4408, 4429, 4503]

    private let call: TrainingCall
    private let synthesizer: SpeechSynthesizer
    /// Encodes the words in the audio as well, for a server that runs against the simulator.
    private let tagsSpeech: Bool
    /// Reports everything as played at once, so that the call does not wait for audio that is not played.
    private let skipsPlayback: Bool

    public init(_ call: TrainingCall, synthesizer: SpeechSynthesizer, tagsSpeech: Bool, skipsPlayback: Bool) {
        self.call = call
        self.synthesizer = synthesizer
        self.tagsSpeech = tagsSpeech
        self.skipsPlayback = skipsPlayback
    }

    /// - Parameters:
    ///   - nextTurn: called when it is the trainee's turn; nil ends the session.
    ///   - patience: how long the customer may take to answer a turn before the next one is due.
    ///   - onEvent: called with every event, in order.
    public func hold(
        patience: Duration = .seconds(20), nextTurn: @Sendable (Int) async -> Turn?,
        onEvent: @Sendable (TrainingCall.Event) -> Void = { _ in }
    ) async throws -> Result {
        var result = Result()
        var floor = Floor(skipsPlayback: skipsPlayback)
        var turns = 0
        for await event in ticking() {
            if let event {
                onEvent(event)
                note(event, in: &result)
                floor.hear(event, at: .now)
                if case .message(.ready) = event { call.openMicrophone() }
                if case .audio(let itemId?, _, let totalMs) = event, skipsPlayback {
                    call.send(.played(.init(itemId: itemId, offsetMs: totalMs)))
                }
                if case .closed(let code, _) = event {
                    let isOver = result.score != nil || result.scoreError != nil
                    if !isOver, Self.worthReconnecting.contains(code), (try? await call.reconnect()) != nil { continue }
                    result.closeCode = code
                    break
                }
            }
            guard result.outcome == nil, floor.isTrainees(at: .now, isSpeaking: call.isSpeaking, patience: patience)
            else { continue }
            if let turn = await nextTurn(turns) {
                turns += 1
                for event in turn.events { call.send(.event(event)) }
                await speak(turn.line)
                floor.traineeSpoke(at: .now)
            } else {
                call.send(.endSession)
                floor.isOver = true
            }
        }
        call.hangUp()
        return result
    }

    private func speak(_ line: Turn.Line) async {
        switch line {
        case .text(let text): call.send(.text(text))
        case .audio(let samples): call.say(samples)
        case .speech(let text):
            let spoken = await synthesizer.speak(text, voice: "trainee")
            call.say((tagsSpeech ? SpokenTag.samples(for: text) : []) + spoken)
        }
    }

    private func note(_ event: TrainingCall.Event, in result: inout Result) {
        switch event {
        case .audio(_, let bytes, _): result.audioBytes += bytes
        case .closed: break
        case .message(let message):
            result.messages.append(message)
            switch message {
            case .transcript(let line):
                if let index = result.utterances.firstIndex(where: { $0.utteranceId == line.utteranceId }) {
                    result.utterances[index] = line
                } else {
                    result.utterances.append(line)
                }
            case .attitude(let change): result.attitudes.append(change.value)
            case .ack(let eventIds): result.acknowledged.formUnion(eventIds)
            case .sessionOutcome(_, let outcome): result.adjudicatedOutcome = outcome
            case .sessionEnded(_, let outcome, let endTrigger):
                result.outcome = outcome
                result.endTrigger = endTrigger
            case .score(_, let data, let error):
                result.score = data
                result.scoreError = error
            case .ready, .compliance, .audioClear, .audioItem, .nack, .resumed, .resumeFailed, .status, .microphone,
                .pong,
                .goingAway, .moved, .error, .hint:
                break
            }
        }
    }

    /// The call's events, and nil every 50 ms so that time passes without events. Ends with the call.
    private func ticking() -> AsyncStream<TrainingCall.Event?> {
        let (stream, continuation) = AsyncStream<TrainingCall.Event?>.makeStream(bufferingPolicy: .unbounded)
        let events = call.events
        // Cancelled by `onTermination` when the stream ends.
        let reader = Task {
            for await event in events { continuation.yield(event) }
            continuation.finish()
        }
        let ticker = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(50))
                continuation.yield(nil)
            }
        }
        continuation.onTermination = { _ in
            reader.cancel()
            ticker.cancel()
        }
        return stream
    }
}

/// Whose turn it is, for a polite trainee.
struct Floor {
    private let skipsPlayback: Bool
    private var isReady = false
    private var answerIsDueSince: ContinuousClock.Instant?
    private var lastHeard: ContinuousClock.Instant?
    private var playsUntil: ContinuousClock.Instant?
    private var millisecondsOf: [String: Int] = [:]
    private var hasAnswered = true
    var isOver = false

    init(skipsPlayback: Bool) {
        self.skipsPlayback = skipsPlayback
    }

    mutating func hear(_ event: TrainingCall.Event, at now: ContinuousClock.Instant) {
        switch event {
        case .message(.ready): isReady = true
        case .message(.transcript(let line)) where line.speaker == .avatar:
            hasAnswered = true
            lastHeard = now
        case .message(.audioClear): playsUntil = now
        case .message(.sessionEnded): isOver = true
        case .audio(let itemId, _, let totalMs):
            lastHeard = now
            let known = millisecondsOf[itemId ?? ""] ?? 0
            millisecondsOf[itemId ?? ""] = totalMs
            if !skipsPlayback {
                playsUntil = max(playsUntil ?? now, now) + .milliseconds(max(0, totalMs - known))
            }
        case .message, .closed: break
        }
    }

    mutating func traineeSpoke(at now: ContinuousClock.Instant) {
        hasAnswered = false
        answerIsDueSince = now
    }

    /// True if the customer has answered, was heard to the end and has been quiet for a moment, or has not answered in
    /// time.
    func isTrainees(at now: ContinuousClock.Instant, isSpeaking: Bool, patience: Duration) -> Bool {
        guard isReady, !isOver, !isSpeaking else { return false }
        if !hasAnswered {
            return answerIsDueSince.map { now - $0 > patience } ?? true
        }
        let quiet = max(lastHeard ?? now - .seconds(1), playsUntil ?? now - .seconds(1))
        return now - quiet > .milliseconds(skipsPlayback ? 300 : 500)
    }
}
