import Speech

/// The loudspeaker of a headset, without the headset: what has come plays in order and in real time, each piece from its
/// arrival or from the end of what is in front of it. It does not know whether there is a connection: what it has, it
/// plays out.
///
/// Knows no clock. Every moment is told, in milliseconds since the call began, and never before one that was told earlier.
public struct HeadsetSpeaker: Sendable {
    /// What became of one item.
    public struct Item: Hashable, Sendable {
        public var id: String
        /// Of its audio, how much has come; what came twice counts once.
        public var receivedMs: Int
        public var heardMs: Int
        /// Some of it was thrown away unheard.
        public var wasCut: Bool
        /// Of its audio, what never came although something behind it did.
        public var missingMs: Int
        /// When the first of it was heard; nil while nothing was.
        public var startMs: Double?
        /// When the last of it that was heard was over; what lies in between may hold pauses.
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
        /// The place in the item's audio up to which it has come.
        var receivedBytes = 0
        var missingBytes = 0
        var pieces: [Piece] = []
        var wasCut = false
    }

    /// Audio without an item's name that comes after so long a silence is another item.
    private static let pauseBetweenItemsMs = 300.0

    private var tracks: [Track] = []
    private var unnamed = 0
    /// When everything that has come will have been played.
    public private(set) var endMs = 0.0

    public init() {}

    /// Takes audio of the customer.
    ///
    /// - Parameters:
    ///   - itemId: nil where nobody said which; it then belongs to what is playing.
    ///   - offsetMs: where in the item's audio it begins. What has come before is not played twice. Nil: behind all that came.
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

    /// Stops at once and throws away what is queued (`audio_clear`).
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

    /// Every item, in the order in which they came.
    public func items(at now: Double) -> [Item] { tracks.map { item($0, at: now) } }

    /// What is being heard, or was last: what a client reports as `played`.
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
