import Foundation
import Logging
import Testing

@testable import Bootstrap

@Suite struct LogLineTests {
    private func line(_ message: String, _ metadata: Logger.Metadata = [:]) -> LogLine {
        LogLine(
            date: Date(timeIntervalSince1970: 1_700_000_000.25), level: .warning, message: message, metadata: metadata)
    }

    @Test func `a line is one JSON object with time, level, message, then process and session`() throws {
        let text = line("peer gone", ["sessionId": "BAT-001", "process": "relay", "count": "\(3)"]).json
        #expect(
            text == #"{"ts":"2023-11-14T22:13:20.250Z","level":"warning","msg":"peer gone","process":"relay","#
                + #""sessionId":"BAT-001","count":"3"}"#)
    }

    @Test func `no value can break the line, forge a key or move the cursor`() throws {
        let hostile = "x\r\n{\"level\":\"error\"}\u{1b}[2J\u{0}\u{85}\u{2028}\\"
        let text = line(hostile, ["ts": "forged", "deep": ["list": .array(["a\nb"])]]).json
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x85 || $0.value == 0x2028 })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["msg"] as? String == hostile)
        #expect(object["ts"] as? String == "2023-11-14T22:13:20.250Z")
        #expect(object["meta.ts"] as? String == "forged")
        #expect(object["level"] as? String == "warning")
    }

    @Test func `a huge value is cut and says so, and the line stays JSON`() throws {
        let huge = String(repeating: "ů", count: 100_000)
        let text = line(
            huge,
            [
                "a": "\(huge)", "deep": ["list": .array([.string(huge), "end"])],
                "many": .array(
                    (0..<20_000).map { "\($0)" }),
            ]
        ).json
        #expect(text.utf8.count < 64 << 10)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect((object["msg"] as? String)?.hasSuffix("ů… (200000 bytes)") == true)
        #expect((object["many"] as? String)?.hasPrefix(#"["0","1""#) == true)
        #expect((object["deep"] as? String)?.hasPrefix(#"{"list":"#) == true)
        #expect(line("m", ["a": "\(huge)"]).text.utf8.count < 10_000)
    }

    @Test func `human-readable text is one line as well`() {
        #expect(
            !line("a\nb\u{1b}[2J", ["process": "relay", "k": "v\r"]).text.contains { $0.isNewline || $0 == "\u{1b}" })
    }
}
