import Domain
import Foundation
import Testing

@testable import ReportsService

@Suite struct SessionFilesTests {
    @Test func `session json is the spec's example to the letter`() {
        #expect(
            SessionFiles(SampleSession.record()).session == """
                {
                  "sessionId": "BAT-001",
                  "traineeId": "REP_55",
                  "personaId": "fmc_smoker",
                  "personaName": "Karel",
                  "scenarioId": "fmc_resistant",
                  "sessionStartUtc": "2024-10-27T10:00:00Z",
                  "sessionEndUtc": "2024-10-27T10:08:32Z",
                  "durationMs": 512000,
                  "outcome": "converted",
                  "finalAttitude": 7,
                  "moodHistory": [2, 3, 3, 5, 6, 7],
                  "score": {
                    "overall": 75,
                    "categories": {
                      "empathy": 80,
                      "argumentQuality": 70,
                      "persistence": 65,
                      "adaptability": 85
                    },
                    "highlights": ["Good use of product comparison", "Asked about preferences"],
                    "improvements": ["Forgot DOB check", "Used forbidden word 'free'"],
                    "summary": "Solid performance with room for improvement on protocol."
                  },
                  "client": "unity-vr",
                  "metadata": {}
                }

                """)
    }

    @Test func `session json says which notice was shown`() {
        var record = SampleSession.record()
        record.noticeShown = NoticeShown(version: 2, language: "cs", time: SampleSession.start.addingTimeInterval(-5))
        record.recordingNoticeShown = false
        #expect(
            SessionFiles(record).session.contains(
                """
                  "noticeShown": {
                    "version": 2,
                    "language": "cs",
                    "time": "2024-10-27T09:59:55Z"
                  },
                  "recordingNoticeShown": false

                """))
    }

    @Test func `events json is the spec's example to the letter`() {
        #expect(
            SessionFiles(SampleSession.record()).events == """
                {"time": 0.0, "type": "SYSTEM", "data": "Session_Start"}
                {"time": 1.5, "type": "SYSTEM", "data": "Persona_Loaded"}
                {"time": 5.2, "type": "VR_INTERACTION", "data": {"interactedObject": "GLO_Device", "action": "PICKUP"}}
                {"time": 12.4, "type": "TABLET_CHOICE", "data": {"question": "Q1", "answer": "Option_B"}}
                {"time": 45.3, "type": "SUPERVISOR", "data": {"attitude": 4, "direction": "rising", "guidance": "..."}}
                {"time": 88.0, "type": "ERROR", "data": {"errorType": "forbidden_word", "word": "free"}}
                {"time": 120.5, "type": "DOB_CHECK", "data": {"entered": "1998-05-12", "correct": true}}
                {"time": 510.0, "type": "SYSTEM", "data": "Session_End"}

                """)
    }

    @Test func `transcript json is the spec's example to the letter`() {
        #expect(
            SessionFiles(SampleSession.record()).transcript == """
                {"startTime": 2.1, "endTime": 4.5, "speaker": "AVATAR", "text": "Hi, I am looking for something new."}
                {"startTime": 5.0, "endTime": 8.2, "speaker": "TRAINEE", "text": "Sure, have you tried the GLO Hyper?"}
                {"startTime": 9.1, "endTime": 12.8, "speaker": "AVATAR", "text": "I don't know, I've been smoking Marlboro for 20 years..."}
                {"startTime": 13.5, "endTime": 18.3, "speaker": "TRAINEE", "text": "I understand. Many of our customers switched from traditional cigarettes."}

                """)
    }

    @Test func `a session without a score keeps the spec's keys and says why`() throws {
        var record = SampleSession.record()
        record.score = nil
        record.outcome = nil
        record.pipeline.scoring.state = .failed
        record.pipeline.scoring.lastError = "model_timeout"
        let object = try parsed(SessionFiles(record).session)
        #expect(object["score"] is NSNull)
        #expect(object["outcome"] is NSNull)
        #expect(object["scoreError"] as? String == "model_timeout")
        #expect(object["client"] as? String == "unity-vr")
    }

    @Test func `times are rounded to the millisecond and never break the JSON`() throws {
        var record = SampleSession.record()
        record.events = [1.00049, 1.0005, 0.1 + 0.2, .nan, .infinity].map {
            SessionEvent(time: $0, type: .system, data: .null)
        }
        let times = try lines(SessionFiles(record).events).map { try #require(parsed($0)["time"] as? Double) }
        #expect(times == [1.0, 1.001, 0.3, 0, 0])
    }

    @Test func `any text stays on one line and survives encoding`() throws {
        let hostile = "a\"b\\c\nd\re\tf\0g\u{1B}h\u{85}i\u{2028}j\u{2029}k\u{202E}l 😀 ž \u{7F}"
        var record = SampleSession.record()
        record.transcript = [
            Utterance(utteranceId: "u1", startTime: 1, endTime: 2, speaker: .trainee, text: hostile)
        ]
        let text = SessionFiles(record).transcript
        #expect(text.split(whereSeparator: \.isNewline).count == 1)
        #expect(try parsed(text)["text"] as? String == hostile)
    }

    @Test func `metadata keeps every kind of value`() throws {
        var record = SampleSession.record()
        record.metadata = ["b": [1, 2.5, .null, true, ["x": []]], "a": "text", "c": [:]]
        let metadata = try #require(try parsed(SessionFiles(record).session)["metadata"] as? [String: Any])
        let expected: NSDictionary = ["b": [1, 2.5, NSNull(), true, ["x": []]], "a": "text", "c": [:]]
        #expect(NSDictionary(dictionary: metadata) == expected)
    }

    @Test func `whole numbers beyond 53 bits keep their digits in the data files and in the export`() throws {
        var record = SampleSession.record()
        let numbers = "[9007199254740993, 18446744073709551615, -9223372036854775809]"
        record.metadata = try JSONDecoder().decode(JSONValue.self, from: Data(#"{"n":\#(numbers)}"#.utf8))
        #expect(SessionFiles(record).session.contains(numbers))
        #expect(String(decoding: BatManRecord(record).body, as: UTF8.self).contains(numbers))
    }

    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init)
    }

    private func parsed(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}
