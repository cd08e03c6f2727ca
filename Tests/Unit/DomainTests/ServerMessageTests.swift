import Domain
import Foundation
import Testing

struct ServerMessageTests {
    private func json(_ message: ServerMessage) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(message), as: UTF8.self)
    }

    @Test func `messages are flat and omit absent fields`() throws {
        #expect(
            try json(.error(seq: nil, code: "upstream_failed", message: "gone", fatal: false, retryAfterMs: nil))
                == #"{"code":"upstream_failed","fatal":false,"message":"gone","type":"error"}"#)
        #expect(
            try json(.attitude(.init(seq: 59, value: 5, direction: .rising)))
                == #"{"direction":"rising","seq":59,"type":"attitude","value":5}"#)
        let line = Utterance(utteranceId: "u14", startTime: 2.5, endTime: 4.5, speaker: .avatar, text: "Hi")
        #expect(
            try json(.transcript(.init(seq: 58, utterance: line)))
                == #"{"endTime":4.5,"final":true,"seq":58,"speaker":"AVATAR","startTime":2.5,"text":"Hi","type":"transcript","utteranceId":"u14"}"#
        )
        #expect(
            try json(.sessionEnded(seq: 71, outcome: .walkedAway, endTrigger: "client_lost"))
                == #"{"endTrigger":"client_lost","outcome":"walked_away","seq":71,"type":"session_ended"}"#)
    }

    @Test(arguments: [
        ServerMessage.audioClear(itemId: "item_9", heardMs: 840), .audioItem(itemId: "item_9", offsetMs: 0),
        .ack(eventIds: ["a", "b"]),
        .nack(eventIds: ["a"], code: "invalid_event", message: "no", retry: false),
        .resumed(from: 42, to: 57, replayed: 16), .resumeFailed(code: "history_expired", seq: 57),
        .status(upstream: "reconnecting"), .microphone(.tooFast), .pong(t: 1),
        .goingAway(reason: "restart", retryAfterMs: 500), .hint(text: "Ask him."),
        .moved(wsUrl: "wss://b.example/ws/sessions/BAT-001?token=x"),
        .score(seq: 72, data: nil, error: "scoring_failed"),
    ])
    func `a message survives encoding and decoding`(message: ServerMessage) throws {
        #expect(try JSONDecoder().decode(ServerMessage.self, from: JSONEncoder().encode(message)) == message)
    }

    @Test func `keys come in the order of the documents, and none is lost`() throws {
        func ordered(_ message: ServerMessage) throws -> String {
            try OrderedJSON(encoding: message).compact
        }
        let line = Utterance(utteranceId: "u14", startTime: 2.5, endTime: 4, speaker: .avatar, text: "a/b \"ř\"\u{1}")
        #expect(
            try ordered(.transcript(.init(seq: 58, utterance: line)))
                == #"{"type":"transcript","seq":58,"speaker":"AVATAR","text":"a/b \"ř\"\u0001","startTime":2.5,"#
                + #""endTime":4,"utteranceId":"u14","final":true}"#)
        #expect(
            try ordered(.error(seq: nil, code: "x", message: "m", fatal: true, retryAfterMs: 500))
                == #"{"type":"error","code":"x","message":"m","fatal":true,"retryAfterMs":500}"#)
        #expect(
            try ordered(
                .ready(.init(sessionId: try #require(SessionID("BAT-001")), seq: 0, sessionTime: 0, resumeWindowMs: 1))
            )
            .hasPrefix(#"{"type":"ready","sessionId":"BAT-001","protocol":1,"seq":0,"state":"active","sessionTime":0,"#)
        )
    }

    @Test func `ready carries what a client needs to continue`() throws {
        let id = try #require(SessionID("BAT-001"))
        let text = try json(.ready(.init(sessionId: id, seq: 0, sessionTime: 0, resumeWindowMs: 60_000)))
        for part in [
            #""type":"ready""#, #""protocol":1"#, #""seq":0"#, #""state":"active""#, #""maxMessageBytes":1048576"#,
        ] {
            #expect(text.contains(part), "\(part) is missing in \(text)")
        }
    }
}
