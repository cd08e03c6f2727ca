import Speech

/// A model of a headset's loudspeaker: received audio plays in order and in real time, each piece from its arrival or
/// from the end of the piece before it. It does not depend on the connection: it plays what it has.
///
/// Has no clock. All times are passed in, in milliseconds since the call began, and must not decrease.
public struct HeadsetSpeaker: Sendable {
    /// The state of one item.
    public struct Item: Hashable, Sendable {
        public var id: String
        /// How much of its audio has arrived; duplicates count once.
        public var receivedMs: Int
        public var heardMs: Int
        /// Some of it was discarded unheard.
        public var wasCut: Bool
        /// How much of its audio never arrived although a later part did.
        public var missingMs: Int
        /// When its first audio was heard; nil if none was.
        public var startMs: Double?
        /// When the last audio heard of it ended; there may be pauses in between.
        public var endMs: Double?

        public init(
            id: String, receivedMs: Int, heardMs: Int, wasCut: Bool = false, missingMs: Int = 0,
            startMs: Double? = nil, endMs: Double? = nil
        ) {
            self.id = id
            self.receivedMs = receivedMs
            self.heardMs = heardMs
            self.wasCut = wasCut
            self.missingMs = missingMs
            self.startMs = startMs
            self.endMs = endMs
        }
    }

    private struct Piece {
        var startMs: Double
        var bytes: Int

        var endMs: Double { startMs + HeadsetSpeaker.milliseconds(bytes) }

        func heardBytes(at now: Double) -> Int {
            min(bytes, max(0, Int((now - startMs) * Double(PCM16.bytesPerMillisecond))))
        }
    }

    private struct Track {
        var id: String
        /// The offset in the item's audio up to which it has arrived.
        var receivedBytes = 0
        var missingBytes = 0
        var pieces: [Piece] = []
        var wasCut = false
    }

    /// Audio without an item id that arrives after this much silence is another item.
    private static let pauseBetweenItemsMs = 300.0

    private var tracks: [Track] = []
    private var unnamed = 0
    /// When everything received will have been played.
    public private(set) var endMs = 0.0

    public init() {}

    /// Receives audio of the customer.
    ///
    /// - Parameters:
    ///   - itemId: nil if unknown; the audio then belongs to what is playing.
    ///   - offsetMs: where in the item's audio it begins. Audio received before is not played twice. Nil appends it.
    public mutating func receive(bytes: Int, of itemId: String?, offsetMs: Int? = nil, at now: Double) {
        let index = track(of: itemId, at: now)
        var bytes = bytes
        if let offsetMs {
            let ahead = offsetMs * PCM16.bytesPerMillisecond - tracks[index].receivedBytes
            // Offsets are whole milliseconds.
            if ahead < -PCM16.bytesPerMillisecond {
                bytes -= -ahead
            } else if ahead > PCM16.bytesPerMillisecond {
                tracks[index].missingBytes += ahead
                tracks[index].receivedBytes += ahead
            }
        }
        guard bytes > 0 else { return }
        let start = max(endMs, now)
        tracks[index].receivedBytes += bytes
        tracks[index].pieces.append(Piece(startMs: start, bytes: bytes))
        endMs = start + Self.milliseconds(bytes)
    }

    /// Stops immediately and discards what is queued (`audio_clear`).
    public mutating func clear(at now: Double) {
        guard endMs > now else { return }
        for index in tracks.indices {
            for piece in tracks[index].pieces.indices where tracks[index].pieces[piece].endMs > now {
                tracks[index].pieces[piece].bytes = tracks[index].pieces[piece].heardBytes(at: now)
                tracks[index].wasCut = true
            }
            tracks[index].pieces.removeAll { $0.bytes == 0 }
        }
        endMs = now
    }

    public func isPlaying(at now: Double) -> Bool { endMs > now }

    /// All items, in order of arrival.
    public func items(at now: Double) -> [Item] { tracks.map { item($0, at: now) } }

    /// The item that is being heard, or was heard last: what a client reports as `played`.
    public func lastHeard(at now: Double) -> Item? {
        tracks.reversed().lazy.map { item($0, at: now) }.first { $0.heardMs > 0 }
    }

    private mutating func track(of itemId: String?, at now: Double) -> Int {
        if let itemId {
            if let known = tracks.lastIndex(where: { $0.id == itemId }) { return known }
            tracks.append(Track(id: itemId))
        } else if unnamed == 0 || tracks.last?.wasCut == true || now - endMs > Self.pauseBetweenItemsMs {
            unnamed += 1
            tracks.append(Track(id: "unnamed \(unnamed)"))
        }
        return tracks.count - 1
    }

    private func item(_ track: Track, at now: Double) -> Item {
        let heard = track.pieces.map { $0.heardBytes(at: now) }
        let last = Array(zip(track.pieces, heard)).last { $1 > 0 }
        return Item(
            id: track.id, receivedMs: track.receivedBytes / PCM16.bytesPerMillisecond,
            heardMs: heard.reduce(0, +) / PCM16.bytesPerMillisecond, wasCut: track.wasCut,
            missingMs: track.missingBytes / PCM16.bytesPerMillisecond,
            startMs: last == nil ? nil : track.pieces.first?.startMs,
            endMs: last.map { $0.startMs + Self.milliseconds($1) })
    }

    private static func milliseconds(_ bytes: Int) -> Double { Double(bytes) / Double(PCM16.bytesPerMillisecond) }
}
