import Domain
import Testing
import TrainingClient

/// Tests the oracle: it accepts a correct transcript and reports every kind of error.
@Suite struct OracleTests {
    /// A call with an interrupted answer, an answer of which hardly anything is heard, and one that is not heard at
    /// all.
    private static func call() -> CallEvidence {
        var call = CallEvidence()
        call.sessionBeganMs = 500
        call.said = [
            .init(text: "Good afternoon!", startMs: 1_500, endMs: 2_500),
            .init(text: "What do you smoke?", startMs: 7_500, endMs: 8_500),
            .init(text: "Sorry, what?", startMs: 11_000, endMs: 12_000),
        ]
        call.heard = [
            .init(id: "i1", receivedMs: 3_000, heardMs: 3_000, startMs: 3_500, endMs: 6_500),
            .init(id: "i2", receivedMs: 4_000, heardMs: 1_950, wasCut: true, startMs: 9_500, endMs: 11_450),
            .init(id: "i3", receivedMs: 1_000, heardMs: 1_000, startMs: 13_500, endMs: 14_500),
            .init(id: "i4", receivedMs: 1_000, heardMs: 40, wasCut: true, startMs: 16_000, endMs: 16_040),
            .init(id: "i5", receivedMs: 1_000, heardMs: 0, wasCut: true),
        ]
        call.sessions = [
            session([
                item("i1", "Hello there, my friend.", 3_000),
                item("i2", "Well, I smoke my Reds, what else.", 4_000) { $0.truncatedMs = 1_900 },
                item("i3", "Never mind.", 1_000),
                item("i4", "Goodbye now.", 1_000) { $0.truncatedMs = 60 },
                item("i5", "Or not.", 1_000) { $0.deleted = true },
            ])
        ]
        call.transcript = [
            line(.trainee, 0.9, 2.4, "Good afternoon!"), line(.avatar, 3, 6, "Hello there, my friend."),
            line(.trainee, 6.9, 8.4, "What do you smoke?"), line(.avatar, 9, 10.9, "Well, I smoke", interrupted: true),
            line(.trainee, 10.4, 12, "Sorry, what?"), line(.avatar, 13, 14, "Never mind."),
        ]
        call.seqs = Array(1...12)
        call.status = "ended"
        call.isScored = true
        call.sessionEndedMs = 16_500
        call.playedOutMs = 16_040
        return call
    }

    private static func line(
        _ speaker: Speaker, _ start: Double, _ end: Double, _ text: String, interrupted: Bool? = nil
    ) -> Utterance {
        Utterance(
            utteranceId: "u", startTime: start, endTime: end, speaker: speaker, text: text, interrupted: interrupted)
    }

    private static func item(
        _ id: String, _ text: String, _ lengthMs: Int, _ change: (inout SimulatedSession.Item) -> Void = { _ in }
    ) -> SimulatedSession.Item {
        let words = text.split(separator: " ").map(String.init)
        var item = SimulatedSession.Item(
            id: id, speaker: .assistant,
            words: words.enumerated().map { .init(text: $1, endMs: lengthMs * ($0 + 1) / words.count) },
            sentMs: lengthMs, status: "completed")
        change(&item)
        return item
    }

    private static func session(_ items: [SimulatedSession.Item]) -> SimulatedSession {
        SimulatedSession(
            id: "sess_1", isOpen: false, errorCodes: [], items: items,
            usage: .init(
                textInput: 0, audioInput: 0, cachedTextInput: 0, cachedAudioInput: 0, textOutput: 0, audioOutput: 0))
    }

    @Test func `a transcript of what was said and heard is correct`() {
        let complaints = TranscriptOracle.complaints(about: Self.call())
        #expect(complaints.isEmpty, "\(complaints.list)")
    }

    struct Variant: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout CallEvidence) -> Void
        /// Empty if the variant is correct as well.
        var checks: [String] = []
        /// Must occur in the first complaint.
        var says = ""
    }

    static let allowed: [Variant] = [
        Variant(testDescription: "one word more than was heard in full") {
            $0.transcript[3].text = "Well, I smoke my"
        },
        Variant(testDescription: "one word less") { $0.transcript[3].text = "Well, I" },
        Variant(testDescription: "a line for an item of which hardly anything was heard") {
            $0.transcript.append(line(.avatar, 15.5, 15.54, "Goodbye", interrupted: true))
        },
        Variant(testDescription: "a line that was not recognised and left none") {
            $0.said[1].fate = .nothing
            $0.transcript.remove(at: 2)
        },
        Variant(testDescription: "a line whose transcription failed") {
            $0.said[1].fate = .inaudible
            $0.transcript[2].text = "[inaudible]"
        },
        Variant(testDescription: "an item that was cut off a moment before its end counts as whole") {
            $0.heard[1].heardMs = 3_950
            $0.heard[1].endMs = 13_450
            $0.sessions[0].items[1].truncatedMs = nil
            $0.transcript[3] = line(.avatar, 9, 13, "Well, I smoke my Reds, what else.")
            $0.said[2].startMs = 14_000
            $0.transcript[4].startTime = 13.4
            $0.transcript[4].endTime = 14.3
            $0.heard[2].startMs = 15_000
            $0.heard[2].endMs = 16_000
            $0.transcript[5] = line(.avatar, 14.5, 15.5, "Never mind.")
        },
        Variant(testDescription: "upstream knows less of an item that a lost headset played out") {
            $0.lossesMs = [11_000]
            $0.sessions[0].items[1].truncatedMs = 1_500
        },
        Variant(testDescription: "on a machine that is late nobody can tell to the word") {
            $0.latenessMs = 600
            $0.transcript[3].text = "Well, I smoke my Reds,"
            $0.transcript[5].endTime = 14.8
        },
        Variant(testDescription: "an item that was being said when its writer was killed lacks its last second") {
            $0.brokenOff = ["i2"]
            $0.transcript[3] = line(.avatar, 9, 9.8, "Well,", interrupted: true)
        },
        Variant(testDescription: "races upstream") {
            $0.sessions[0].errorCodes = ["response_cancel_not_active", "session_expired"]
        },
        Variant(testDescription: "a line that broke is as long as it took to be heard, or as what was heard of it") {
            $0.heard[2].endMs = 19_500
            $0.playedOutMs = 16_040
            $0.transcript[5].endTime = 19
        },
    ]

    @Test(arguments: allowed)
    func `tolerated differences are not reported`(variant: Variant) {
        var call = Self.call()
        variant.change(&call)
        let complaints = TranscriptOracle.complaints(about: call)
        #expect(complaints.isEmpty, "\(complaints.list)")
    }

    static let wrong: [Variant] = [
        Variant(
            testDescription: "other words of the trainee", change: { $0.transcript[2].text = "What do you like?" },
            checks: ["a"],
            says: "line 3 TRAINEE 6.9…8.4 «What do you like?»: other words than were said; expected «What"),
        Variant(
            testDescription: "a line of the trainee is missing", change: { $0.transcript.remove(at: 2) },
            checks: ["a"], says: "no line for TRAINEE «What do you smoke?»"),
        Variant(
            testDescription: "a line of the trainee stands there twice",
            change: { $0.transcript.insert($0.transcript[2], at: 2) }, checks: ["a"], says: "was neither said nor heard"
        ),
        Variant(
            testDescription: "inaudible although nothing failed", change: { $0.transcript[2].text = "[inaudible]" },
            checks: ["a"], says: "other words"),
        Variant(
            testDescription: "the words of an item that was cut off are all there",
            change: { $0.transcript[3].text = "Well, I smoke my Reds, what else." }, checks: ["b"],
            says: "7 words where 3 were heard; expected «Well, I smoke | my…», 1950 ms of it heard"),
        Variant(
            testDescription: "two words too few", change: { $0.transcript[3].text = "Well," }, checks: ["b"],
            says: "1 words where 3 were heard"),
        Variant(
            testDescription: "a word short of an item that was heard to its end",
            change: { $0.transcript[1].text = "Hello there, my" }, checks: ["b"],
            says: "3 words of an item of 4 that was heard to its end"),
        Variant(
            testDescription: "more words than even a late machine explains",
            change: {
                $0.latenessMs = 600
                $0.transcript[3].text = "Well, I smoke my Reds, what else."
            }, checks: ["b"], says: "7 words where 2 to 4 were heard"),
        Variant(
            testDescription: "words that were never spoken",
            change: { $0.transcript[1].text = "Hello there, my dear." },
            checks: ["b"], says: "no beginning of what the customer said"),
        Variant(
            testDescription: "an item that was not heard has a line",
            change: { $0.transcript.append(line(.avatar, 15.6, 16, "Or not.")) }, checks: ["b"],
            says: "«Or not.» was neither said nor heard"),
        Variant(
            testDescription: "an item that was heard has none", change: { $0.transcript.remove(at: 1) }, checks: ["b"],
            says: "no line for AVATAR «Hello there, my friend.», 3000 ms of it heard"),
        Variant(
            testDescription: "of an item that was being said when its writer was killed there is more than was heard",
            change: {
                $0.brokenOff = ["i2"]
                $0.transcript[3].text = "Well, I smoke my Reds, what else."
            }, checks: ["b"], says: "7 words where 1 to 3 were heard"),
        Variant(
            testDescription: "of an item that was being said when its writer was killed there is much less",
            change: {
                $0.brokenOff = ["i1"]
                $0.heard[0].wasCut = true
                $0.sessions[0].items[0].truncatedMs = 3_000
                $0.sessions[0].items[0].status = "incomplete"
                $0.transcript[1] = line(.avatar, 3, 3.3, "Hello", interrupted: true)
                $0.sessions[0].items[0].words = (1...12).map { .init(text: $0 == 1 ? "Hello" : "x", endMs: $0 * 250) }
            }, checks: ["b", "c"], says: "1 words where 8 to 12 were heard"),
        Variant(
            testDescription: "not marked as interrupted", change: { $0.transcript[3].interrupted = nil },
            checks: ["b", "c"], says: "expected interrupted"),
        Variant(
            testDescription: "marked as interrupted for no reason", change: { $0.transcript[1].interrupted = true },
            checks: ["b"], says: "expected not interrupted"),
        Variant(
            testDescription: "audio that nobody spoke", change: { $0.heard[2].id = "i9" }, checks: ["b", "b"],
            says: "«i9», which nobody spoke"),
        Variant(
            testDescription: "a hole in the audio", change: { $0.heard[0].missingMs = 80 }, checks: ["b"],
            says: "80 ms within i1 never came"),
        Variant(
            testDescription: "two lines in the wrong order", change: { $0.transcript.swapAt(2, 3) },
            checks: ["a", "a", "c"], says: "no line for TRAINEE"),
        Variant(
            testDescription: "a time that runs backwards", change: { $0.transcript[4].startTime = 8.9 },
            checks: ["c", "c"], says: "begins before line 4"),
        Variant(
            testDescription: "a line that ends before it begins", change: { $0.transcript[5].endTime = 12.9 },
            checks: ["c", "c"], says: "ends before it begins"),
        Variant(
            testDescription: "a trainee who is not done when the answer begins",
            change: { $0.transcript[0].endTime = 3.1 }, checks: ["c"],
            says: "is not over when line 2 AVATAR"),
        Variant(
            testDescription: "a customer who is not done when the trainee begins",
            change: {
                $0.transcript[1].endTime = 6.2
                $0.transcript[2].startTime = 6.1
            }, checks: ["c"], says: "is not over when line 3 TRAINEE"),
        Variant(
            testDescription: "longer than what was heard", change: { $0.transcript[5].endTime = 14.4 }, checks: ["c"],
            says: "is 1400 ms long; 1000 ms were heard"),
        Variant(
            testDescription: "all times are those of another clock",
            change: { $0.sessionBeganMs -= 1_500 }, checks: Array(repeating: "c", count: 6),
            says: "by the headset's clock"),
        Variant(
            testDescription: "a message that came twice", change: { $0.seqs.insert(3, at: 4) }, checks: ["d"],
            says: "more than once [3], never []"),
        Variant(
            testDescription: "a message that never came", change: { $0.seqs.remove(at: 4) }, checks: ["d"],
            says: "more than once [], never [5]"),
        Variant(
            testDescription: "messages out of order", change: { $0.seqs.swapAt(4, 5) }, checks: ["d"],
            says: "more than once [], never []"),
        Variant(
            testDescription: "something upstream did not understand",
            change: { $0.sessions[0].errorCodes = ["invalid_value"] }, checks: ["e"],
            says: "sess_1 refused something: invalid_value"),
        Variant(
            testDescription: "upstream was told that more was heard",
            change: { $0.sessions[0].items[1].truncatedMs = 2_500 }, checks: ["e"],
            says: "of i2 the model remembers 2500 ms, and 1950 ms were heard"),
        Variant(
            testDescription: "upstream was told less of what was heard, and nobody was lost then",
            change: {
                $0.lossesMs = [9_000]
                $0.sessions[0].items[1].truncatedMs = 1_500
            }, checks: ["e"], says: "of i2 the model remembers 1500 ms, and 1950 ms were heard"),
        Variant(
            testDescription: "upstream was told more although the headset was lost",
            change: {
                $0.lossesMs = [11_000]
                $0.sessions[0].items[1].truncatedMs = 2_500
            }, checks: ["e"], says: "remembers 2500 ms"),
        Variant(
            testDescription: "upstream was told nothing of what was cut off",
            change: { $0.sessions[0].items[1].truncatedMs = nil }, checks: ["e"], says: "remembers 4000 ms"),
        Variant(
            testDescription: "upstream was told to forget what was heard",
            change: { $0.sessions[0].items[1].deleted = true }, checks: ["e"], says: "remembers 0 ms"),
        Variant(
            testDescription: "still active, and not scored",
            change: {
                $0.status = "active"
                $0.isScored = false
            }, checks: ["f", "f"], says: "the session is active"),
        Variant(
            testDescription: "the end came before the last word was heard", change: { $0.playedOutMs = 17_000 },
            checks: ["f"], says: "session_ended came 500 ms before"),
    ]

    @Test(arguments: wrong)
    func `each error is reported as what it is`(variant: Variant) {
        var call = Self.call()
        variant.change(&call)
        let complaints = TranscriptOracle.complaints(about: call)
        #expect(complaints.map(\.check) == variant.checks, "\(complaints.list)")
        #expect(complaints.first?.text.contains(variant.says) == true, "\(complaints.list)")
    }
}
