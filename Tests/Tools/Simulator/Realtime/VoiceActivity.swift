import Speech

/// Server VAD by energy. Reports when speech starts and stops, in milliseconds of the audio appended since the session
/// began.
struct VoiceActivity: Sendable {
    enum Event: Hashable, Sendable {
        /// Includes the prefix padding.
        case started(atMs: Int)
        /// Includes the silence that ended it.
        case stopped(atMs: Int)
    }

    private static let frameMs = 10
    /// Shorter noises are not speech.
    private static let framesToStart = 4

    var settings: TurnDetection
    private var pending: [Int16] = []
    private var positionMs: Int
    private var loud = 0
    private var quietMs = 0
    private(set) var isSpeaking = false
    /// Audio before this offset belongs to no later turn.
    private var floorMs: Int

    init(settings: TurnDetection, positionMs: Int = 0) {
        self.settings = settings
        self.positionMs = positionMs
        floorMs = positionMs
    }

    mutating func feed(_ samples: [Int16]) -> [Event] {
        var events = [Event]()
        pending += samples
        let size = Self.frameMs * PCM16.samplesPerMillisecond
        var at = 0
        while pending.count - at >= size {
            let isLoud =
                pending.withUnsafeBufferPointer { Self.level(UnsafeBufferPointer(rebasing: $0[at..<at + size])) }
                > limit
            at += size
            positionMs += Self.frameMs
            if let event = step(isLoud) { events.append(event) }
        }
        pending.removeFirst(at)
        return events
    }

    /// Discards speech in progress, for example when the buffer is cleared or committed explicitly.
    mutating func reset() {
        isSpeaking = false
        loud = 0
        quietMs = 0
        floorMs = positionMs
    }

    private mutating func step(_ isLoud: Bool) -> Event? {
        loud = isLoud ? loud + 1 : 0
        quietMs = isLoud ? 0 : quietMs + Self.frameMs
        if !isSpeaking, loud >= Self.framesToStart {
            isSpeaking = true
            let start = positionMs - loud * Self.frameMs - settings.prefixPaddingMs
            return .started(atMs: max(start, floorMs))
        }
        if isSpeaking, quietMs >= max(settings.silenceMs, Self.frameMs) {
            isSpeaking = false
            floorMs = positionMs
            return .stopped(atMs: positionMs)
        }
        return nil
    }

    /// A threshold of 0.5 accepts what a person hears as quiet speech.
    private var limit: Double { 100 + 800 * settings.threshold * settings.threshold }

    private static func level(_ frame: UnsafeBufferPointer<Int16>) -> Double {
        var sum = 0
        for sample in frame { sum += Int(sample) * Int(sample) }
        return (Double(sum) / Double(max(frame.count, 1))).squareRoot()
    }
}
