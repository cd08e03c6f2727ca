import Recording
import Testing

@Suite struct CallTimelineTests {
    private static let perMs = CallTimeline.samplesPerMillisecond

    private static func audio(_ milliseconds: Int, _ value: UInt8 = 1) -> [UInt8] {
        [UInt8](repeating: value, count: milliseconds * perMs * 2)
    }

    private static func timeline(_ fill: (inout SoundBuffer) -> Void) -> CallTimeline {
        var buffer = SoundBuffer()
        buffer.begin()
        fill(&buffer)
        return buffer.bytes.withUnsafeBytes { CallTimeline($0) }
    }

    /// Start and length in milliseconds.
    private static func places(_ pieces: [CallTimeline.Piece]) -> [[Int]] {
        pieces.map { [$0.start / perMs, $0.count / perMs] }
    }

    // MARK: The customer

    @Test func `the customer speaks when the trainee heard it, and no longer than was heard`() {
        let timeline = Self.timeline {
            $0.addCustomer(Self.audio(600), item: 1, startsAt: 1_000)
            $0.addCustomer(Self.audio(600), item: 1, startsAt: 1_600)
            $0.addCustomer(Self.audio(900), item: 2, startsAt: 5_000)
            $0.addHeard(item: 1, startedAt: 1_080, milliseconds: 700)
            $0.addHeard(item: 2, startedAt: 5_040, milliseconds: 2_000)
        }
        #expect(Self.places(timeline.customer) == [[1_080, 700], [5_040, 900]])
        #expect(timeline.length == 5_940 * Self.perMs)
    }

    @Test func `an item whose process died is placed by the estimate, and ends when the next begins`() {
        let timeline = Self.timeline {
            $0.addCustomer(Self.audio(2_000), item: 1, startsAt: 1_000)
            $0.begin()
            $0.addCustomer(Self.audio(500), item: 1, startsAt: 2_500)
            $0.addHeard(item: 1, startedAt: 2_500, milliseconds: 500)
        }
        #expect(Self.places(timeline.customer) == [[1_000, 1_500], [2_500, 500]])
    }

    @Test func `an item goes on later where the client was gone in its middle`() {
        let timeline = Self.timeline {
            $0.addCustomer(Self.audio(10_000), item: 1, startsAt: 1_000)
            $0.addCustomer(Self.audio(500), item: 2, startsAt: 11_000)
            $0.addResumed(item: 1, offset: 4_000, at: 15_000)
            // Corrected by what the client said next.
            $0.addResumed(item: 1, offset: 4_000, at: 15_080)
            $0.addHeard(item: 1, startedAt: 1_000, milliseconds: 10_000)
            $0.addHeard(item: 2, startedAt: 21_080, milliseconds: 500)
        }
        #expect(Self.places(timeline.customer) == [[1_000, 4_000], [15_080, 6_000], [21_080, 500]])
        #expect(timeline.customer.map { $0.skipped / Self.perMs } == [0, 4_000, 0])
    }

    @Test func `an absence behind what was heard of an item changes nothing`() {
        let timeline = Self.timeline {
            $0.addCustomer(Self.audio(1_000), item: 1, startsAt: 1_000)
            for offset in [0, 600, 5_000] { $0.addResumed(item: 1, offset: offset, at: 9_000) }
            $0.addResumed(item: 7, offset: 100, at: 9_000)
            $0.addHeard(item: 1, startedAt: 1_000, milliseconds: 600)
        }
        #expect(Self.places(timeline.customer) == [[1_000, 600]])
    }

    @Test func `an item of which nothing was heard is not there`() {
        let timeline = Self.timeline {
            $0.addCustomer(Self.audio(2_000), item: 1, startsAt: 1_000)
            $0.addHeard(item: 1, startedAt: 1_000, milliseconds: 0)
        }
        #expect(timeline.customer.isEmpty && timeline.length == 0)
    }

    // MARK: The trainee

    @Test func `what the network held back is where it was spoken`() {
        let timeline = Self.timeline { buffer in
            for frame in 0..<150 {
                let end = 1_000 + frame * 20 + 20
                // For half a second nothing comes, then all of it at once.
                buffer.addTrainee(Self.audio(20), arrivedAt: (50..<75).contains(frame) ? 1_000 + 75 * 20 : end)
            }
        }
        #expect(timeline.trainee.count == 150)
        for (frame, piece) in timeline.trainee.enumerated() {
            #expect(abs(piece.start / Self.perMs - (1_000 + frame * 20)) <= 20, "\(frame)")
            #expect(frame == 0 || piece.start == timeline.trainee[frame - 1].end, "\(frame)")
        }
    }

    @Test func `a pause of the microphone stays a pause, also a short one`() {
        let timeline = Self.timeline { buffer in
            for start in [0, 2_000, 9_000] {
                for frame in 0..<50 { buffer.addTrainee(Self.audio(20), arrivedAt: start + frame * 20 + 20) }
            }
        }
        for (index, start) in [(0, 0), (50, 2_000), (100, 9_000)] {
            #expect(timeline.trainee[index].start == start * Self.perMs)
        }
        #expect(timeline.length == 10_000 * Self.perMs)
    }

    @Test(arguments: [-100.0, 0, 100])
    func `after half an hour a clock that is wrong by this many millionths leads it by less than 40 ms`(ppm: Double) {
        var expected: [Int] = []
        let timeline = Self.timeline { buffer in
            for frame in 0..<90_000 {
                let end = Int(Double(frame * 20 + 20) * (1 + ppm / 1_000_000))
                expected.append(end - 20)
                // Jitter of up to 30 ms.
                buffer.addTrainee([1, 1], arrivedAt: end + frame * 7_919 % 31)
                buffer.addTrainee(Self.silence, arrivedAt: end + frame * 7_919 % 31)
            }
        }
        let firsts = timeline.trainee.filter { $0.audio.first?.count == 2 }
        #expect(firsts.count > 89_000)
        let last = timeline.trainee.last?.end ?? 0
        #expect(abs(last / Self.perMs - (expected.last ?? 0) - 20) < 40)
    }

    /// The rest of 20 ms after one sample.
    private static let silence = [UInt8](repeating: 0, count: 20 * perMs * 2 - 2)

    // MARK: Damage

    @Test func `what follows a torn entry is left out`() {
        var buffer = SoundBuffer()
        buffer.begin()
        buffer.addTrainee(Self.audio(20), arrivedAt: 20)
        let whole = buffer.bytes.count
        buffer.addTrainee(Self.audio(20), arrivedAt: 40)
        for length in [whole, whole + 1, whole + 12, whole + 13, buffer.bytes.count - 1] {
            let timeline = buffer.bytes[..<length].withUnsafeBytes { CallTimeline($0) }
            #expect(Self.places(timeline.trainee) == [[0, 20]], "\(length)")
        }
    }

    @Test func `no bytes crash it, and pieces never overlap`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var buffer = SoundBuffer()
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                let time = Int.random(in: -5_000...100_000, using: &generator)
                switch Int.random(in: 0...4, using: &generator) {
                case 0: buffer.begin()
                case 1: buffer.addTrainee(Self.audio(Int.random(in: 0...40, using: &generator)), arrivedAt: time)
                case 2:
                    buffer.addCustomer(
                        Self.audio(Int.random(in: 0...40, using: &generator)), item: .random(in: 0...3), startsAt: time)
                case 3: buffer.addResumed(item: .random(in: 0...3), offset: .random(in: 0...40), at: time)
                default: buffer.addHeard(item: .random(in: 0...3), startedAt: time, milliseconds: time)
                }
            }
            var bytes = buffer.bytes
            for _ in 0..<Int.random(in: 0...2, using: &generator) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let timeline = bytes.withUnsafeBytes { CallTimeline($0) }
            for pieces in [timeline.trainee, timeline.customer] {
                #expect(pieces.allSatisfy { $0.start >= 0 && $0.count > 0 })
                #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.end <= $1.start })
            }
        }
    }
}
