/// Milliseconds since the session began, that is, since its first client connected. Goes on through gaps and reconnects.
struct SessionTime: Hashable, Comparable, Sendable {
    var milliseconds: Int

    static let zero = SessionTime(milliseconds: 0)

    init(milliseconds: Int) {
        self.milliseconds = milliseconds
    }

    /// What a record says, which may be anything: within a day, or zero.
    init(seconds: Double) {
        milliseconds = Int(exactly: (min(max(seconds, 0), 86_400) * 1_000).rounded()) ?? 0
    }

    /// As records and messages have it.
    var seconds: Double { Double(milliseconds) / 1000 }

    static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// Moved by a number of milliseconds.
    static func + (time: Self, milliseconds: Int) -> Self {
        SessionTime(milliseconds: time.milliseconds + milliseconds)
    }
    static func - (time: Self, milliseconds: Int) -> Self { time + -milliseconds }

    /// Milliseconds between two moments.
    static func - (later: Self, earlier: Self) -> Int { later.milliseconds - earlier.milliseconds }
}

/// PCM16, mono, 24,000 samples a second: the one format of audio here.
enum PCM {
    static let bytesPerMillisecond = 48

    static func milliseconds(_ bytes: Int) -> Int { bytes / bytesPerMillisecond }
}
