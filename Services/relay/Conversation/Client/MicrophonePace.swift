/// Notices a microphone whose audio comes faster than it can be spoken, as at 48 kHz that is sent as 24 kHz.
///
/// What a client sends at once after a hitch is as much as it did not send before, and what it sends at once at the
/// beginning is not followed by more. So audio is too fast when that holds for some seconds, and still for their
/// second half.
struct MicrophonePace {
    /// Of real time.
    private static let limit = 1.5
    /// At or below this it is normal again.
    private static let normal = 1.25
    /// In milliseconds.
    private static let slotLength = 500
    private static let slots = 6

    /// Bytes of audio in each of the last half seconds, the oldest first.
    private var bytes: [Int] = []
    /// Bytes in the current half second, and its number.
    private var current = (slot: 0, bytes: 0)
    private var isTooFast = false

    /// Counts audio.
    ///
    /// - Returns: whether it has just become too fast.
    mutating func take(_ byteCount: Int, at now: SessionTime) -> Bool {
        let slot = now.milliseconds / Self.slotLength
        let gone = slot - current.slot
        defer { current.bytes += byteCount }
        guard gone > 0 else { return false }
        // Before the first audio there is no slot to close.
        if current.bytes > 0 || !bytes.isEmpty {
            bytes.append(current.bytes)
            bytes.append(contentsOf: repeatElement(0, count: min(gone - 1, Self.slots)))
            bytes.removeFirst(max(0, bytes.count - Self.slots))
        }
        current = (slot, 0)
        guard bytes.count == Self.slots else { return false }
        let pace = Self.pace(of: bytes[...])
        let wasTooFast = isTooFast
        if pace > Self.limit, Self.pace(of: bytes.suffix(Self.slots / 2)) > Self.limit { isTooFast = true }
        if pace <= Self.normal { isTooFast = false }
        return isTooFast && !wasTooFast
    }

    private static func pace(of slots: ArraySlice<Int>) -> Double {
        Double(slots.reduce(0, +)) / Double(slots.count * slotLength * PCM.bytesPerMillisecond)
    }
}
