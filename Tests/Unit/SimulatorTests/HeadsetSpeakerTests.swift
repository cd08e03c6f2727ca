import Testing
import TrainingClient

@Suite struct HeadsetSpeakerTests {
    enum Step: Sendable {
        /// Audio of an item: arrival time, item, length, and offset in the item.
        case audio(at: Double, String?, ms: Int, offset: Int? = nil)
        case clear(at: Double)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [Step]
        /// Time of the check.
        var at: Double
        var expected: [HeadsetSpeaker.Item]
    }

    private static func item(
        _ id: String, received: Int, heard: Int, cut: Bool = false, missing: Int = 0, from start: Double? = nil,
        to end: Double? = nil
    ) -> HeadsetSpeaker.Item {
        HeadsetSpeaker.Item(
            id: id, receivedMs: received, heardMs: heard, wasCut: cut, missingMs: missing, startMs: start, endMs: end)
    }

    static let cases: [Case] = [
        Case(
            testDescription: "audio plays in real time from its arrival",
            steps: [.audio(at: 100, "a", ms: 500)], at: 350,
            expected: [item("a", received: 500, heard: 250, from: 100, to: 350)]),
        Case(
            testDescription: "an item is heard to its end and no further",
            steps: [.audio(at: 100, "a", ms: 500)], at: 10_000,
            expected: [item("a", received: 500, heard: 500, from: 100, to: 600)]),
        Case(
            testDescription: "what comes faster than it plays waits",
            steps: [.audio(at: 0, "a", ms: 300), .audio(at: 10, "a", ms: 300), .audio(at: 20, "b", ms: 300)], at: 700,
            expected: [
                item("a", received: 600, heard: 600, from: 0, to: 600),
                item("b", received: 300, heard: 100, from: 600, to: 700),
            ]),
        Case(
            testDescription: "an item in the queue is not heard yet",
            steps: [.audio(at: 0, "a", ms: 300), .audio(at: 20, "b", ms: 300)], at: 300,
            expected: [
                item("a", received: 300, heard: 300, from: 0, to: 300), item("b", received: 300, heard: 0),
            ]),
        Case(
            testDescription: "what comes too late leaves a pause",
            steps: [.audio(at: 0, "a", ms: 100), .audio(at: 400, "a", ms: 100)], at: 450,
            expected: [item("a", received: 200, heard: 150, from: 0, to: 450)]),
        Case(
            testDescription: "a clear stops what plays and takes what waits",
            steps: [.audio(at: 0, "a", ms: 300), .audio(at: 0, "b", ms: 300), .clear(at: 200)], at: 900,
            expected: [
                item("a", received: 300, heard: 200, cut: true, from: 0, to: 200),
                item("b", received: 300, heard: 0, cut: true),
            ]),
        Case(
            testDescription: "a clear after the end cuts nothing",
            steps: [.audio(at: 0, "a", ms: 300), .clear(at: 300), .audio(at: 500, "b", ms: 100)], at: 900,
            expected: [
                item("a", received: 300, heard: 300, from: 0, to: 300),
                item("b", received: 100, heard: 100, from: 500, to: 600),
            ]),
        Case(
            testDescription: "a clear at the very beginning leaves nothing heard",
            steps: [.audio(at: 0, "a", ms: 300), .clear(at: 0)], at: 900,
            expected: [item("a", received: 300, heard: 0, cut: true)]),
        Case(
            testDescription: "after a clear the next item plays at once",
            steps: [.audio(at: 0, "a", ms: 3_000), .clear(at: 100), .audio(at: 150, "b", ms: 100)], at: 200,
            expected: [
                item("a", received: 3_000, heard: 100, cut: true, from: 0, to: 100),
                item("b", received: 100, heard: 50, from: 150, to: 200),
            ]),
        Case(
            testDescription: "audio that came before is not played twice",
            steps: [
                .audio(at: 0, "a", ms: 1_000, offset: 0), .audio(at: 500, "a", ms: 400, offset: 300),
                .audio(at: 510, "a", ms: 400, offset: 700), .audio(at: 520, "a", ms: 400, offset: 1_100),
            ], at: 5_000,
            expected: [item("a", received: 1_500, heard: 1_500, from: 0, to: 1_500)]),
        Case(
            testDescription: "audio that goes on after a gap in the connection has a pause in it and no hole",
            steps: [
                .audio(at: 0, "a", ms: 500, offset: 0), .audio(at: 2_000, "a", ms: 500, offset: 400),
            ], at: 5_000,
            expected: [item("a", received: 900, heard: 900, from: 0, to: 2_400)]),
        Case(
            testDescription: "audio that never came is missing",
            steps: [.audio(at: 0, "a", ms: 500, offset: 0), .audio(at: 100, "a", ms: 500, offset: 700)], at: 5_000,
            expected: [item("a", received: 1_200, heard: 1_000, missing: 200, from: 0, to: 1_000)]),
        Case(
            testDescription: "audio without a name is one item as long as it does not pause",
            steps: [
                .audio(at: 0, nil, ms: 300), .audio(at: 10, nil, ms: 300), .audio(at: 1_000, nil, ms: 100),
                .clear(at: 1_050), .audio(at: 1_060, nil, ms: 100),
            ], at: 5_000,
            expected: [
                item("unnamed 1", received: 600, heard: 600, from: 0, to: 600),
                item("unnamed 2", received: 100, heard: 50, cut: true, from: 1_000, to: 1_050),
                item("unnamed 3", received: 100, heard: 100, from: 1_060, to: 1_160),
            ]),
    ]

    @Test(arguments: cases)
    func `it knows what was heard of every item`(scene: Case) {
        let speaker = Self.speaker(after: scene.steps)
        #expect(speaker.items(at: scene.at) == scene.expected)
    }

    @Test func `the item reported as played is the current one, or else the last one`() {
        let speaker = Self.speaker(after: [.audio(at: 100, "a", ms: 300), .audio(at: 110, "b", ms: 300)])
        #expect(speaker.lastHeard(at: 100) == nil)
        #expect(speaker.lastHeard(at: 250)?.id == "a")
        #expect(speaker.lastHeard(at: 250)?.heardMs == 150)
        #expect(speaker.lastHeard(at: 400)?.id == "a")
        #expect(speaker.lastHeard(at: 450)?.id == "b")
        #expect(speaker.lastHeard(at: 9_000)?.heardMs == 300)
        #expect(speaker.isPlaying(at: 699))
        #expect(!speaker.isPlaying(at: 700))
    }

    private static func speaker(after steps: [Step]) -> HeadsetSpeaker {
        var speaker = HeadsetSpeaker()
        for step in steps {
            switch step {
            case .audio(let at, let id, let ms, let offset):
                speaker.receive(bytes: ms * 48, of: id, offsetMs: offset, at: at)
            case .clear(let at): speaker.clear(at: at)
            }
        }
        return speaker
    }
}
