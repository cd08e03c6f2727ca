import Domain
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `hints of a session` {
    private static func body(_ more: String) -> String {
        #"{"scenarioId":"fmc_resistant","traineeId":"REP_55"\#(more)}"#
    }

    @Test func `a private session may have hints, and shows them`() async throws {
        let gateway = try await TestGateway()
        let answer = try await gateway.post("/api/sessions", Self.body(#","visibility":"private","hints":true"#))
        #expect(answer.status == 201)
        let id = try Fixtures.id(1)
        #expect(try await gateway.store.session(id)?.hints == true)
        let hint = RecordedFact(seq: 1, time: 83, content: .event(.hint(Hint(time: 83, text: "Ask him."))))
        try await gateway.store.record([hint], of: id)
        let session = try await gateway.get("/api/sessions/BAT-001").json
        #expect(session["hints"] == true)
        #expect(session["hintsShown"] == [["time": 83, "text": "Ask him."]])
    }

    @Test func `without them a session says nothing of hints`() async throws {
        let gateway = try await TestGateway()
        for more in ["", #","hints":false"#, #","hints":null"#] {
            #expect(try await gateway.post("/api/sessions", Self.body(more)).status == 201)
        }
        let session = try await gateway.get("/api/sessions/BAT-001").json
        #expect(session["hints"] == nil && session["hintsShown"] == nil)
        #expect(try await gateway.store.session(Fixtures.id(1))?.hints == nil)
    }

    @Test(arguments: [
        #","hints":true"#, #","visibility":"submitted","hints":true"#, #","visibility":"private","hints":"yes""#,
        #","visibility":"private","hints":1"#,
    ])
    func `hints are for practice only`(more: String) async throws {
        let gateway = try await TestGateway()
        let answer = try await gateway.post("/api/sessions", Self.body(more))
        #expect(answer.status == 422)
        #expect(`the API descriptions`.items(answer.json["errors"]).compactMap { $0["pointer"]?.string } == ["/hints"])
    }
}
