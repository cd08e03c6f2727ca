/// Where each piece of a recorded call belongs on one clock: the session's, which transcript and events have too.
/// Positions are samples since the session began, 24,000 a second.
///
/// The customer is placed by when the trainee heard them, cut where they were interrupted, and goes on later where the
/// client was gone meanwhile. The trainee's audio is placed by its arrival: a network delivers late but never early, so
/// the earliest of the arrivals that follow within three seconds shows when a piece was spoken. A pause in them (a muted
/// microphone) stays a pause.
public struct CallTimeline: Equatable, Sendable {
    public static let samplesPerMillisecond = 24
    public static let sampleRate = 24_000

    /// Audio at one place.
    public struct Piece: Equatable, Sendable {
        /// In samples.
        public var start: Int
        /// How many samples are heard.
        public var count: Int
        /// Where its bytes are in the log, in order.
        public var audio: [Range<Int>]
        /// Samples at its beginning that are left out.
        public var skipped = 0

        public var end: Int { start + count }
    }

    /// In order, and none overlaps the next.
    public private(set) var trainee: [Piece] = []
    public private(set) var customer: [Piece] = []

    /// In samples.
    public var length: Int { max(trainee.last?.end ?? 0, customer.last?.end ?? 0) }

    /// How far a piece may be from its place before a gap or a cut puts it right, in samples: 20 ms.
    private static let tolerance = 20 * samplesPerMillisecond
    /// How long the network may hold a piece back, in milliseconds.
    private static let longestDelay = 3_000

    /// - Parameter log: a sound log. What follows a torn entry is left out.
    public init(_ log: UnsafeRawBufferPointer) {
        var arrivals: [Arrival] = []
        var items: [Item] = []
        var numbers: [UInt32: Int] = [:]
        var position = 0
        while let (entry, next) = SoundEntry.read(log, at: position) {
            position = next
            switch entry {
            case .begin: numbers = [:]
            case .trainee(let audio, let arrivedAt): arrivals.append(Arrival(audio: audio, at: arrivedAt))
            case .customer(let number, let audio, let startsAt):
                if let index = numbers[number] {
                    items[index].audio.append(audio)
                } else {
                    numbers[number] = items.count
                    items.append(Item(start: startsAt, audio: [audio]))
                }
            case .heard(let number, let startedAt, let milliseconds):
                guard let index = numbers[number] else { continue }
                items[index].start = startedAt
                items[index].heard = milliseconds
            case .resumed(let number, let offset, let time):
                guard let index = numbers[number] else { continue }
                items[index].resumptions[offset] = time
            }
        }
        trainee = Self.placed(arrivals)
        customer = Self.placed(items)
    }

    // MARK: The trainee

    private struct Arrival {
        var audio: Range<Int>
        /// Of its end, in milliseconds.
        var at: Int

        var samples: Int { audio.count / 2 }
    }

    private static func placed(_ arrivals: [Arrival]) -> [Piece] {
        // How much later each piece arrived than if all audio had been sent without a pause from time 0 on.
        var sent = 0
        let lateness = arrivals.map { arrival in
            sent += arrival.samples
            return arrival.at * samplesPerMillisecond - sent
        }
        var pieces: [Piece] = []
        // Indices whose lateness may be the least of a window, ascending in both.
        var candidates: [Int] = []
        var (first, next, spoken) = (0, 0, 0)
        for (index, arrival) in arrivals.enumerated() {
            while next < arrivals.count, arrivals[next].at <= arrival.at + longestDelay {
                while candidates.count > first, let last = candidates.last, lateness[last] >= lateness[next] {
                    candidates.removeLast()
                }
                candidates.append(next)
                next += 1
            }
            while first < candidates.count - 1, candidates[first] < index { first += 1 }
            let place = max(0, spoken + lateness[candidates[min(first, candidates.count - 1)]])
            spoken += arrival.samples
            put(Piece(start: place, count: arrival.samples, audio: [arrival.audio]), behind: &pieces)
        }
        return pieces
    }

    // MARK: The customer

    private struct Item {
        /// In milliseconds.
        var start: Int
        var audio: [Range<Int>]
        /// In milliseconds; nil if the process died before it knew.
        var heard: Int?
        /// When it went on after the client was gone, by how much was heard before, all in milliseconds.
        var resumptions: [Int: Int] = [:]

        /// What was heard at one go, in order.
        var parts: [Piece] {
            let samples = audio.reduce(0) { $0 + $1.count } / 2
            let heard = self.heard.map { min(samples, max(0, $0) * CallTimeline.samplesPerMillisecond) } ?? samples
            var parts: [Piece] = []
            var (begin, place) = (0, max(0, start) * CallTimeline.samplesPerMillisecond)
            for (offset, time) in resumptions.sorted(by: { $0.key < $1.key }) {
                let end = offset * CallTimeline.samplesPerMillisecond
                guard end > 0, end < heard else { continue }
                parts.append(Piece(start: place, count: end - begin, audio: audio, skipped: begin))
                (begin, place) = (end, max(0, time) * CallTimeline.samplesPerMillisecond)
            }
            parts.append(Piece(start: place, count: heard - begin, audio: audio, skipped: begin))
            return parts
        }
    }

    private static func placed(_ items: [Item]) -> [Piece] {
        var pieces: [Piece] = []
        for part in items.flatMap(\.parts).sorted(by: { $0.start < $1.start }) {
            // One voice: what comes next ends what was before.
            if let last = pieces.indices.last, pieces[last].end > part.start {
                pieces[last].count = max(0, part.start - pieces[last].start)
            }
            pieces.append(part)
        }
        return pieces.filter { $0.count > 0 }
    }

    /// Small differences are jitter, and the audio goes on without a gap; larger ones are put right.
    private static func put(_ piece: Piece, behind pieces: inout [Piece]) {
        var piece = piece
        let end = pieces.last?.end ?? 0
        let gap = piece.start - end
        if gap < -tolerance {
            piece.skipped = min(piece.count, -gap)
            piece.count -= piece.skipped
        }
        if gap < tolerance, !pieces.isEmpty { piece.start = end }
        if piece.count > 0 { pieces.append(piece) }
    }
}
