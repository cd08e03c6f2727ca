import Domain
import HTTPTypes
import Storage
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite struct `uploading events` {
    @Test func `events uploaded after the end are stored once, in either format`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession()
        try await gateway.endAndScore(try Fixtures.id(1))
        let answer = try await gateway.post(
            "/api/sessions/BAT-001/events",
            """
            {"events":[
              {"time":12.4,"type":"TABLET_CHOICE","data":{"question":"Q1"},"eventId":"n1"},
              {"type":"event","eventId":"n2","time":"13","data":{"type":"DOB_CHECK","data":{"entered":"1990-01-01","correct":true}}},
              {"eventId":"e1","data":{"type":"VR_INTERACTION","data":{"interactedObject":"GLO_Device"}}},
              {"type":"SUPERVISOR","data":{"attitude":10}},
              7
            ]}
            """)
        #expect(answer.status == 200)
        guard case .array(let results)? = answer.json["results"] else {
            Issue.record("no results")
            return
        }
        #expect(
            results.compactMap { $0["status"]?.string } == ["stored", "stored", "duplicate", "invalid", "invalid"])
        #expect(results.first?["eventId"]?.string == "n1")
        #expect(answer.json["stored"] == 2)
        #expect(answer.json["duplicates"] == 1)
        #expect(answer.json["invalid"] == 2)
        let again = try await gateway.post(
            "/api/sessions/BAT-001/events",
            #"[{"time":12.4,"type":"TABLET_CHOICE","data":{"question":"Q1"},"eventId":"n1"}]"#)
        #expect(again.json["duplicates"] == 1)
        let record = try #require(try await gateway.store.session(try Fixtures.id(1)))
        #expect(record.events.compactMap(\.eventId).sorted() == ["e1", "n1", "n2"])
        #expect(!record.events.contains { $0.type == .supervisor })
    }

    @Test func `an upload holds at most a thousand events`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession()
        try await gateway.endAndScore(try Fixtures.id(1))
        func batch(_ count: Int) -> String {
            "[" + (0..<count).map { #"{"type":"ERROR","eventId":"x\#($0)"}"# }.joined(separator: ",") + "]"
        }
        #expect(try await gateway.post("/api/sessions/BAT-001/events", batch(1000)).json["stored"] == 1000)
        let tooMany = try await gateway.post("/api/sessions/BAT-001/events", batch(1001))
        #expect(tooMany.status == 422)
        #expect(tooMany.code == "too_many_events")
    }

    @Test func `an upload to a live session without a relay gets a retryable error`() async throws {
        let gateway = try await TestGateway()
        try await gateway.newSession()
        let answer = try await gateway.post("/api/sessions/BAT-001/events", #"[{"type":"ERROR"}]"#)
        #expect(answer.status == 503)
        #expect(answer.code == "no_relay")
        #expect(answer.headers[.retryAfter] != nil)
        #expect(try await gateway.post("/api/sessions/BAT-001/events", #"{"events":3}"#).status == 422)
    }

    @Test func `events that a relay refuses are refused with its reason`() {
        let problem = ErrorMiddleware.problem(
            for: RelayMessage.Refusal(
                code: "not_durable", message: "Not now.", httpStatus: 503, closeCode: 1011, retryAfterMs: 2_000))
        #expect(problem.status == .serviceUnavailable)
        #expect(problem.code == "not_durable")
        #expect(problem.headers[.retryAfter] == "2")
        let odd = RelayMessage.Refusal(code: "x", message: "", httpStatus: 7, closeCode: 1011)
        #expect(ErrorMiddleware.problem(for: odd).status == .serviceUnavailable)
    }
}
