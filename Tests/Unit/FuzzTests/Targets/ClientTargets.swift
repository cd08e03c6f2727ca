import Compliance
import Domain
import Foundation
import HTTPTypes
import JSON

@testable import GatewayService
@testable import RelayService

extension FuzzTarget {
    /// A client's messages over the WebSocket, as gateway and relay read them: what is understood can be written and
    /// read again, and audio is the same for the quick reader and for the full one.
    static let clientMessages = FuzzTarget(
        "clientMessages",
        texts: [
            #"{"type":"audio","data":"AAECAw=="}"#, #"{ "data" : "AAEC" , "type" : "audio" }"#,
            #"{"type":"audio","data":"AA\/C"}"#, #"{"type":"resume","lastSeq":3,"played":{"itemId":"i","offsetMs":5}}"#,
            #"{"type":"event","eventId":"e1","time":1.5,"data":{"type":"DOB_CHECK","data":{"entered":"1981-05-12"}}}"#,
            #"{"type":"event","time":"2.5","data":{"type":"ERROR"}}"#,
            #"{"type":"played","itemId":"i","offsetMs":840}"#,
            #"{"type":"text","text":"Good morning"}"#, #"{"type":"ping","t":17}"#, #"{"type":"ping"}"#,
            #"{"type":"end_session"}"#, "{}", "[]", "{\"type\":\"text\",\"text\":\"\u{200B}a\u{301}\"}",
        ],
        tokens: [
            #""type":"audio","#, #"{"type":"audio","data":""#, #""}"#, #""type":"event","#, #""eventId":"x","#,
            #""time":1e300,"#,
            #""data":{"type":"A"}"#, #""t":[],"#, "AAAA", "=", "{\"type\":\"text\",\"text\":",
        ]
    ) { input in
        let outline = input.withUnsafeBytes { String("\(ClientAudio.check($0))".prefix { $0 != "(" }) }
        let isQuick = input.withUnsafeBytes { AudioSplice.audio(in: $0) } != nil
        let read = input.withUnsafeBytes { ClientText.read($0) }
        if isQuick { try require(outline == "fine", "audio that is \(outline) for the gateway") }
        switch read {
        case .audio: return "audio \(isQuick) \(outline)"
        case _ where isQuick: throw Broken("audio only for the quick reader; \(read) for the full one")
        case .message(let message):
            let again = try JSONDecoder().decode(ClientMessage.self, from: try JSONEncoder().encode(message))
            try require(again == message, "\(message) is read again as \(again)")
            return "\(message.kind) \(outline)"
        case .invalid(let code, let text):
            try require(text.utf8.count < 8_000, "an explanation of \(text.utf8.count) bytes")
            return "\(code) \(outline)"
        case .invalidEvent: return "invalid event \(outline)"
        }
    }

    private static let notices = Notices(
        english: Notice(version: 1, language: "en", text: "An AI speaks."),
        others: [Notice(version: 2, language: "cs", text: "Mluví umělá inteligence.")])

    /// The bodies of `POST /api/sessions` and `POST /api/sessions/:id/events`: what is taken keeps the limits that are
    /// documented.
    static let requestBodies = FuzzTarget(
        "requestBodies",
        texts: [
            #"{"scenarioId":"fmc_resistant","traineeId":"REP_55","client":"unity","metadata":{"a":[1,2.5,null]}}"#,
            #"{"scenarioId":"x","traineeId":"y","personaId":null,"market":"CZ"}"#, "[]", "{}",
            #"{"scenarioId":"x","traineeId":"y","visibility":"private","language":"cs","noticeShown":{"version":1,"language":"cs","time":"2026-01-01T00:00:00Z"},"recordingNoticeShown":true}"#,
            #"{"events":[{"eventId":"e","time":1,"data":{"type":"DOB_CHECK","data":{"entered":"x"}}},3,null]}"#,
            #"[{"time":"5","type":"ERROR","data":{}},{"type":"event","data":{"type":"ERROR"}}]"#,
        ],
        tokens: [
            #""scenarioId":"#, #""traineeId":"#, #""metadata":{},"#, #""events":["#, #"{"data":{"type":"A"}},"#,
            #""eventId":"#,
            #""market":"CZ","#, #""visibility":"private","#, #""noticeShown":{"#, #""version":1,"#, "\u{200B}",
            "\u{202E}", "a\u{301}",
        ]
    ) { input in
        guard JSONNesting.isWithin(JSONNesting.limit, input),
            let body = try? JSONDecoder().decode(JSONValue.self, from: Data(input))
        else { return "no JSON" }
        var kinds: [String] = []
        do throws(Problem) {
            let request = try NewSessionRequest(body, notices: NoticeClaim(notices: notices, now: Date()))
            for text in [request.scenarioId, request.traineeId, request.client, request.personaId, request.market] {
                guard let text else { continue }
                guard (1...64).contains(text.count), text.utf8.count <= 512 else {
                    throw Problem(.internalServerError, .internalError, "a text of \(text.count) characters")
                }
            }
            if let shown = request.noticeShown, shown.version > (notices[shown.language]?.version ?? 0) {
                throw Problem(.internalServerError, .internalError, "a notice that nobody was shown")
            }
            kinds.append("session \(request.personaId != nil) \(request.market != nil) \(request.visibility)")
        } catch {
            try require(error.status.code == 422 || error.status.code == 400, "\(error)")
            kinds.append("\(error.status.code)")
        }
        if let batch = try? EventBatch(body) {
            try require(batch.events.count <= EventBatch.largest, "\(batch.events.count) events")
            for event in batch.events {
                try require(event?.time?.isFinite ?? true, "a time that is no number")
            }
            kinds.append("\(min(batch.events.count, 3)) events, \(min(batch.events.count { $0 == nil }, 2)) invalid")
        }
        return kinds.joined(separator: " ")
    }
}
