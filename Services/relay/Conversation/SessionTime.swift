/// Milliseconds since the session began, that is, since its first client connected. Continues through gaps and
/// reconnects.
package struct SessionTime: Hashable, Comparable, Sendable {
    package var milliseconds: Int

    package static let zero = SessionTime(milliseconds: 0)

    package init(milliseconds: Int) {
        self.milliseconds = milliseconds
    }

    /// From a record, which may hold anything: clamped to 0…86,400 s; 0 for a value that is not a number.
    package init(seconds: Double) {
        milliseconds = Int(exactly: (min(max(seconds, 0), 86_400) * 1_000).rounded()) ?? 0
    }

    /// Seconds, as in records and messages.
    package var seconds: Double { Double(milliseconds) / 1000 }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// Moved by a number of milliseconds.
    package static func + (time: Self, milliseconds: Int) -> Self {
        SessionTime(milliseconds: time.milliseconds + milliseconds)
    }
    package static func - (time: Self, milliseconds: Int) -> Self { time + -milliseconds }

    /// Milliseconds between two moments.
    package static func - (later: Self, earlier: Self) -> Int { later.milliseconds - earlier.milliseconds }
}

extension Duration {
    /// Whole milliseconds, for the session's clocks.
    package var milliseconds: Int {
        Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}

/// PCM16, mono, 24,000 samples a second: the only audio format.
package enum PCM {
    package static let bytesPerMillisecond = 48

    package static func milliseconds(_ bytes: Int) -> Int { bytes / bytesPerMillisecond }
}
