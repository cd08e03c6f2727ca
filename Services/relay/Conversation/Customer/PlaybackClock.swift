/// Estimates how much of the customer's audio the trainee has heard. Audio arrives faster than it plays, so the amount
/// that was sent does not show that; everything else depends on what was heard.
///
/// It assumes that the client plays all items in order and without a pause from the arrival of the first audio; the
/// client's `played` messages correct it.
struct PlaybackClock {
    private struct Item {
        /// Nil once another item has its id.
        var id: String?
        var bytes: Int
        /// When its first audio was sent: it cannot have been heard before.
        let sent: SessionTime
        var start: SessionTime
        /// When all of its received audio will have been played.
        var end: SessionTime
        /// The client has reported its position in this item.
        var isReported = false
        /// Milliseconds that were heard, once the item was cut or ended early.
        var heardMs: Int?
        /// Where the client was gone, by their offsets.
        var pauses: [Pause] = []

        var receivedMs: Int { PCM.milliseconds(bytes) }

        func heardMs(at now: SessionTime) -> Int {
            heardMs ?? receivedMs - min(receivedMs, max(0, end - now))
        }

        /// When the trainee had heard this many milliseconds of it.
        func time(at offsetMs: Int) -> SessionTime {
            guard let pause = pauses.last(where: { $0.offsetMs < offsetMs }) else { return start + offsetMs }
            return pause.resumedAt + (offsetMs - pause.offsetMs)
        }

        /// The client is back, and goes on where it stopped.
        mutating func goOn(from offsetMs: Int, at now: SessionTime) {
            // The next report says how late it went on.
            isReported = false
            pauses.removeAll { $0.offsetMs >= offsetMs }
            if offsetMs == 0 {
                start = now
            } else {
                pauses.append(Pause(offsetMs: offsetMs, cameBack: now, resumedAt: now))
            }
        }

        /// Corrects the estimate of when it began, or of when it went on.
        ///
        /// - Parameter shift: milliseconds by which the client is later; negative if it is earlier.
        mutating func moveBeginning(by shift: Int) {
            if let last = pauses.indices.last {
                pauses[last].resumedAt = max(pauses[last].cameBack, pauses[last].resumedAt + shift)
            } else {
                start = max(sent, start + shift)
            }
        }
    }

    /// The client was gone in the middle of an item.
    struct Pause: Hashable {
        /// What was heard of the item before, in milliseconds.
        var offsetMs: Int
        var cameBack: SessionTime
        /// When the trainee heard the rest begin.
        var resumedAt: SessionTime
    }

    /// In playback order.
    private var items: [Item] = []
    private var stoppedAt: SessionTime?
    /// The client has reported that it played everything.
    private(set) var isConfirmed = false
    /// Silence in the middle of an item that has just ended, in milliseconds.
    private var gapMs: Int?
    /// A shorter silence is not heard. In milliseconds.
    private static let audibleGapMs = 20

    /// Counts audio that is sent to the client now.
    ///
    /// - Returns: the offset of this audio in its item in milliseconds, or nil when the item was cut off and nothing
    ///   more of it may be sent.
    mutating func received(_ byteCount: Int, of id: String, at now: SessionTime) -> Int? {
        let now = stoppedAt ?? now
        if let index = items.lastIndex(where: { $0.id == id }) {
            guard items[index].heardMs == nil else { return nil }
            isConfirmed = false
            let gap = now - items[index].end
            if gap >= Self.audibleGapMs { gapMs = gap }
            let offset = items[index].receivedMs
            items[index].bytes += byteCount
            items[index].end = max(items[index].end, now) + (items[index].receivedMs - offset)
            return offset
        }
        isConfirmed = false
        let start = max(items.last?.end ?? now, now)
        items.append(Item(id: id, bytes: byteCount, sent: now, start: start, end: start + PCM.milliseconds(byteCount)))
        return 0
    }

    /// How long the item had been silent before the last audio came, if that could be heard, once.
    mutating func takeGap() -> Int? {
        guard let gap = gapMs else { return nil }
        gapMs = nil
        return gap
    }

    /// When everything that has arrived will have been played; in the past when nothing is playing.
    var end: SessionTime { items.last?.end ?? .zero }

    func isPlaying(at now: SessionTime) -> Bool { end > (stoppedAt ?? now) }

    func isPlaying(_ id: String, at now: SessionTime) -> Bool {
        item(id).map { $0.heardMs == nil && $0.end > (stoppedAt ?? now) } ?? false
    }

    func heardMs(of id: String, at now: SessionTime) -> Int {
        item(id)?.heardMs(at: stoppedAt ?? now) ?? 0
    }

    func receivedMs(of id: String) -> Int { item(id)?.receivedMs ?? 0 }

    /// When its playback begins and, as far as is known, ends.
    func span(of id: String) -> (start: SessionTime, end: SessionTime)? {
        item(id).map { item in
            (item.start, max(item.start, item.heardMs.map { item.time(at: $0) } ?? item.end))
        }
    }

    /// When the trainee had heard this many milliseconds of an item; nil if none of it has come.
    func time(of id: String, at offsetMs: Int) -> SessionTime? { item(id)?.time(at: offsetMs) }

    func pauses(of id: String) -> [Pause] { item(id)?.pauses ?? [] }

    /// The item that is being heard, or else the next one.
    func current(at now: SessionTime) -> String? {
        items.first { $0.id != nil && $0.heardMs == nil && $0.end > (stoppedAt ?? now) }?.id
    }

    /// Another item will have this id. What was received of this one plays on.
    mutating func giveUp(_ id: String) {
        if let index = items.lastIndex(where: { $0.id == id }) { items[index].id = nil }
    }

    /// Replaces the estimate with the client's position, clamped to the audio that was sent.
    mutating func played(_ offsetMs: Int, of id: String, at now: SessionTime) {
        let now = stoppedAt ?? now
        guard let index = items.lastIndex(where: { $0.id == id }), items[index].heardMs == nil else { return }
        let remaining = items[index].receivedMs - min(max(0, offsetMs), items[index].receivedMs)
        let shift = now + remaining - items[index].end
        items[index].end = items[index].end + shift
        // A client ahead of the estimate began earlier. One behind it began later, or, if not at its first report,
        // stalled.
        if shift < 0 || !items[index].isReported {
            items[index].moveBeginning(by: shift)
        }
        items[index].isReported = true
        isConfirmed = remaining == 0 && index == items.count - 1
        // Items play in order, so those before it are over.
        for earlier in items.indices where earlier < index && items[earlier].heardMs == nil {
            items[earlier].start = min(items[earlier].start, now)
            items[earlier].end = min(items[earlier].end, now)
        }
        for later in items.indices where later > index {
            items[later].start = items[later].start + shift
            items[later].end = items[later].end + shift
        }
    }

    struct Cut: Hashable {
        var itemId: String
        var heardMs: Int
        var receivedMs: Int
    }

    /// Stops everything that is playing or waiting to be played, as the client does on `audio_clear`.
    ///
    /// - Returns: what was heard of each item that was not heard to its end, in order.
    mutating func cut(at now: SessionTime) -> [Cut] {
        let now = stoppedAt ?? now
        var cuts: [Cut] = []
        for index in items.indices where items[index].heardMs == nil && items[index].end > now {
            let heard = items[index].heardMs(at: now)
            if let id = items[index].id {
                cuts.append(Cut(itemId: id, heardMs: heard, receivedMs: items[index].receivedMs))
            }
            items[index].heardMs = heard
            items[index].start = min(items[index].start, now)
            items[index].end = now
        }
        return cuts
    }

    /// Ends an incomplete item of which nothing more will come, at the audio received so far.
    ///
    /// - Returns: nil if none of it has come or it was cut already.
    mutating func end(_ id: String) -> Cut? {
        guard let index = items.lastIndex(where: { $0.id == id }), items[index].heardMs == nil else { return nil }
        let received = items[index].receivedMs
        items[index].heardMs = received
        return Cut(itemId: id, heardMs: received, receivedMs: received)
    }

    /// The client is disconnected: playback stands still until it returns.
    mutating func stop(at now: SessionTime) {
        stoppedAt = stoppedAt ?? now
    }

    mutating func goOn(at now: SessionTime) {
        guard let stopped = stoppedAt else { return }
        stoppedAt = nil
        for index in items.indices where items[index].end > stopped && items[index].heardMs == nil {
            if items[index].start > stopped {
                items[index].start = items[index].start + (now - stopped)
            } else {
                items[index].goOn(from: items[index].heardMs(at: stopped), at: now)
            }
            items[index].end = items[index].end + (now - stopped)
        }
    }

    private func item(_ id: String) -> Item? { items.last { $0.id == id } }
}
