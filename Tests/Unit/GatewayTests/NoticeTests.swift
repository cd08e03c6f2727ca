import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `the notice that an AI speaks` {
    @Test(
        arguments: [
            ("", nil, "en"), ("?language=cs", nil, "cs"), ("?language=el-GR", nil, "el"), ("?language=DE", nil, "de"),
            ("?language=fr", nil, "en"), ("?language=fr", "da, de;q=0.8, cs;q=0.9, *;q=0.1", "cs"),
            ("", "de-AT,en;q=0.5", "de"), ("", "cs;q=0, el", "el"), ("?language=", ";;,q=", "en"),
        ] as [(String, String?, String)])
    func `everyone gets it in the language that fits best`(query: String, accepted: String?, language: String)
        async throws
    {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        var headers: HTTPFields = [:]
        headers[.acceptLanguage] = accepted
        let answer = try await gateway.get("/api/notice" + query, headers: headers)
        #expect(answer.status == 200)
        #expect(answer.json["language"]?.string == language)
        #expect(answer.json["version"]?.number == (language == "cs" ? 2 : 1))
        #expect((answer.json["text"]?.string?.count ?? 0) > 100)
    }

    private func create(_ members: String, accepted: String? = nil) async throws -> (TestGateway, TestGateway.Answer) {
        let gateway = try await TestGateway()
        var headers: HTTPFields = [:]
        headers[.acceptLanguage] = accepted
        let answer = try await gateway.post(
            "/api/sessions", #"{"scenarioId":"fmc_resistant","traineeId":"anna"\#(members)}"#, headers: headers)
        return (gateway, answer)
    }

    @Test(
        arguments: [
            ("", nil, "en"), (#","language":"cs""#, "de", "cs"), (#","language":"xx""#, "de", "de"), ("", "fr", "en"),
            (#","language":null"#, nil, "en"),
        ] as [(String, String?, String)])
    func `a new session comes with it`(members: String, accepted: String?, language: String) async throws {
        let (gateway, answer) = try await create(members, accepted: accepted)
        #expect(answer.status == 201)
        let notice = try await gateway.get("/api/notice?language=\(language)").json
        #expect(answer.json["notice"] == notice["text"])
        #expect(answer.json["noticeVersion"] == notice["version"])
        #expect(answer.json["noticeLanguage"]?.string == language)
    }

    @Test func `what the trainee was shown is kept with the session`() async throws {
        let shown = #"{"version":1,"language":"cs-CZ","time":"2026-11-01T10:00:00.1239+01:00"}"#
        let (gateway, answer) = try await create(#","noticeShown":\#(shown),"recordingNoticeShown":false"#)
        #expect(answer.status == 201)
        let session = try await gateway.get("/api/sessions/BAT-001").json
        #expect(
            session["noticeShown"] == ["version": 1, "language": "cs", "time": "2026-11-01T09:00:00.124Z"])
        #expect(session["recordingNoticeShown"] == false)
        let (other, _) = try await create("")
        let silent = try await other.get("/api/sessions/BAT-001").json
        #expect(silent["noticeShown"] == nil && silent["recordingNoticeShown"] == nil)
    }

    @Test(arguments: [
        (#""noticeShown":true"#, ["/noticeShown"]),
        (#""noticeShown":{}"#, ["/noticeShown/language", "/noticeShown/version", "/noticeShown/time"]),
        (#""noticeShown":{"version":99,"language":"cs","time":"2026-01-01T00:00:00Z"}"#, ["/noticeShown/version"]),
        (#""noticeShown":{"version":0,"language":"cs","time":"2026-01-01T00:00:00Z"}"#, ["/noticeShown/version"]),
        (#""noticeShown":{"version":1.5,"language":"cs","time":"2026-01-01T00:00:00Z"}"#, ["/noticeShown/version"]),
        (#""noticeShown":{"version":1,"language":"xx","time":"2026-01-01T00:00:00Z"}"#, ["/noticeShown/language"]),
        (#""noticeShown":{"version":1,"language":"cs","time":"yesterday"}"#, ["/noticeShown/time"]),
        (#""noticeShown":{"version":1,"language":"cs","time":"2026-01-01"}"#, ["/noticeShown/time"]),
        (#""noticeShown":{"version":1,"language":"cs","time":"9000-01-01T00:00:00Z"}"#, ["/noticeShown/time"]),
        (#""recordingNoticeShown":"yes""#, ["/recordingNoticeShown"]), (#""language":5"#, ["/language"]),
    ])
    func `what cannot be is refused`(members: String, pointers: [String]) async throws {
        let answer = try await create("," + members).1
        #expect(answer.status == 422)
        guard case .array(let errors)? = answer.json["errors"] else {
            Issue.record("no errors")
            return
        }
        #expect(errors.compactMap { $0["pointer"]?.string } == pointers)
    }
}

@Suite struct `scenarios for trainees` {
    @Test func `a card has what a trainee may know`() async throws {
        let gateway = try await TestGateway()
        var karel = Fixtures.karel
        karel.version = 2
        karel.scenarios[0].place = "A shop"
        karel.scenarios[0].briefing = ["He is {age}."]
        karel.scenarios[0].difficulty = .easy
        try await gateway.store.seed([karel])
        guard case .array(let items)? = try await gateway.get("/api/scenarios").json["items"] else {
            Issue.record("no scenarios")
            return
        }
        let cards = Dictionary(items.map { ($0["id"]?.string ?? "", $0) }, uniquingKeysWith: { first, _ in first })
        let own = try #require(cards["fmc_resistant"])
        #expect(own["place"] == "A shop" && own["difficulty"] == "easy" && own["briefing"] == ["He is 45."])
        #expect(own["persona"]?["ageGroup"] == "40-49")
        let derived = try #require(cards["velo_curious"])
        #expect(derived["place"] == nil && derived["difficulty"] == "hard" && derived["briefing"] == [])
        #expect(derived["language"] == "en" && derived["passMark"]?.number == 60)
    }

    @Test func `a ticket shows the personas of its scenarios, and until when it is good`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        let issued = try await gateway.post(
            "/api/tickets", #"{"traineeId":"anna","scenarioIds":["velo_curious"]}"#, key: `looking at sessions`.unity)
        let ticket = try #require(issued.json["ticket"]?.string)
        let personas = try await gateway.get("/api/personas", key: ticket).text
        #expect(personas.contains("Eleni") && !personas.contains("Karel"))
        let created = try await gateway.newSession(trainee: "anna", scenario: "velo_curious", key: ticket).text
        let shown = try await gateway.get("/api/sessions/BAT-001", key: ticket).text
        let scenarios = try await gateway.get("/api/scenarios", key: ticket).text
        for text in [personas, created, shown, scenarios] {
            #expect(!text.contains("SECRET") && !text.contains("traits"))
        }
        let who = try await gateway.get("/api/login", key: ticket).json
        #expect(who["traineeId"] == "anna" && who["scenarioIds"] == ["velo_curious"])
        #expect(who["expiresAt"] == issued.json["expiresAt"])
        let key = try await gateway.get("/api/login", key: `looking at sessions`.unity).json
        #expect(key["traineeId"] == nil && key["expiresAt"] == nil)
    }
}
