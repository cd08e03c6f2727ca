import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing
import Wire

@testable import GatewayService

@Suite struct ErasureRoutesTests {
    private static let admin = `looking at sessions`.admin

    private static func gateway(_ environment: [String: String] = [:]) async throws -> TestGateway {
        try await TestGateway(`looking at sessions`.keys.merging(environment) { $1 }) { request in
            switch request {
            case .erase(let id, let ids): .erased(id: id, files: 3 * ids.count)
            default: throw Problem(.serviceUnavailable, "reports_unavailable", "none here", retryAfter: 1)
            }
        }
    }

    private func isValid(_ receipt: String, _ gateway: TestGateway) async throws -> Bool? {
        try await gateway.post("/api/receipts/verify", receipt, key: Self.admin).json["valid"]?.bool
    }

    @Test func `an erased session leaves a receipt, the same each time, that can be verified`() async throws {
        let gateway = try await Self.gateway()
        try await gateway.newSession(trainee: "REP_55", key: Self.admin)
        try await gateway.endAndScore(try Fixtures.id(1))
        let answer = try await gateway.send(.delete, "/api/sessions/BAT-001", key: Self.admin)
        #expect(answer.status == 200, "\(answer.text)")
        let receipt = try #require(answer.json["receipt"])
        #expect(receipt["what"]?.string == "session" && receipt["sessionId"]?.string == "BAT-001")
        #expect(receipt["counts"]?["sessions"]?.number == 1 && receipt["counts"]?["files"]?.number == 3)
        #expect(receipt["person"]?.string?.hasPrefix("person-") == true)
        #expect(!answer.text.contains("REP_55"))
        #expect(try await gateway.send(.delete, "/api/sessions/BAT-001", key: Self.admin).text == answer.text)
        #expect(try await gateway.get("/api/sessions/BAT-001", key: Self.admin).status == 404)
        #expect(try await gateway.send(.delete, "/api/sessions/BAT-404", key: Self.admin).status == 404)

        #expect(try await isValid(answer.text, gateway) == true)
        for (old, new) in [
            ("BAT-001", "BAT-002"), ("\"files\":3", "\"files\":4"), ("person-", "person_"),
            ("\"session\"", "\"trainee\""), ("\"version\":1", "\"version\":2"),
            ("{\"receipt\":{", "{\"receipt\":{\"note\":1,"), ("T", "T1"),
        ] {
            let changed = answer.text.replacing(old, with: new)
            #expect(changed != answer.text, "\(old) is not there")
            #expect(try await isValid(changed, gateway) != true, "\(new)")
        }
        #expect(try await isValid("{}", gateway) == false)
        #expect(try await isValid("[]", gateway) == false)
        #expect(try await gateway.post("/api/receipts/verify", "x", key: Self.admin).status == 400)
        let other = try await Self.gateway(["SESSION_SECRET": "another secret of more than thirty-two characters"])
        #expect(try await isValid(answer.text, other) == false, "another installation's")
        let audit = try await gateway.get("/api/audit", key: Self.admin).text
        #expect(audit.contains("session_erased") && !audit.contains("REP_55"))
    }

    @Test func `a trainee is erased with every session, and the audit names a person whom nobody knows any more`()
        async throws
    {
        let gateway = try await Self.gateway()
        let name = "Jana Nováková/5"
        let path = "/api/trainees/" + (name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
        for trainee in [name, name, "OTHER"] { try await gateway.newSession(trainee: trainee, key: Self.admin) }
        try await gateway.endAndScore(try Fixtures.id(1))
        let progress = "/api/progress?traineeId=" + path.dropFirst("/api/trainees/".count)
        #expect(try await gateway.get(progress, key: Self.admin).status == 200)
        try await eventually("the look is noted") {
            try await gateway.get("/api/audit", key: Self.admin).text.contains("progress_read")
        }
        let looked = try await gateway.get("/api/audit", key: Self.admin).text
        let person = try #require(looked.firstMatch(of: /person-[A-Za-z0-9_-]{22}/)).output
        let place = Persons(store: gateway.store, secret: gateway.parts.configuration.secret).place(of: name)
        #expect(try await gateway.store.personKey(of: place, orNew: nil) != nil)
        let answer = try await gateway.send(.delete, path, key: Self.admin)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["receipt"]?["counts"]?["sessions"]?.number == 2)
        #expect(answer.json["receipt"]?["counts"]?["files"]?.number == 6)
        #expect(answer.json["receipt"]?["person"]?.string == String(person))
        #expect(try await isValid(answer.text, gateway) == true)
        let audit = try await gateway.get("/api/audit", key: Self.admin).text
        #expect(audit.contains("trainee_erased") && !audit.contains("Jana"))
        #expect(try await gateway.store.personKey(of: place, orNew: nil) == nil)
        #expect(try await gateway.store.access(to: try Fixtures.id(3)) != nil)
        let again = try await gateway.send(.delete, path, key: Self.admin)
        #expect(again.status == 200 && again.json["receipt"]?["counts"]?["sessions"]?.number == 0)
        #expect(try await gateway.store.personKey(of: place, orNew: nil) == nil)
        // Of a session that went with its trainee.
        let session = try await gateway.send(.delete, "/api/sessions/BAT-001", key: Self.admin)
        #expect(session.status == 200 && session.json["receipt"]?["person"] == nil)
        #expect(try await isValid(session.text, gateway) == true)
    }

    @Test func `a ticket from before the erasure creates no session, a later one does`() async throws {
        let gateway = try await Self.gateway()
        func ticket() async throws -> String {
            try #require(
                try await gateway.post("/api/tickets", #"{"traineeId":"anna"}"#, key: Self.admin).json["ticket"]?.string
            )
        }
        let (old, other) = (
            try await ticket(),
            try #require(
                try await gateway.post("/api/tickets", #"{"traineeId":"berta"}"#, key: Self.admin).json["ticket"]?
                    .string)
        )
        #expect(try await gateway.newSession(trainee: "anna", key: old).status == 201)
        #expect(try await gateway.send(.delete, "/api/trainees/anna", key: Self.admin).status == 200)
        let refused = try await gateway.newSession(trainee: "anna", key: old)
        #expect(refused.status == 401 && refused.code == "ticket_expired")
        #expect(try await gateway.newSession(trainee: "berta", key: other).status == 201)
        try await Task.sleep(for: .milliseconds(1_100))
        #expect(try await gateway.newSession(trainee: "anna", key: try await ticket()).status == 201)
    }

    @Test func `without a reports process a session is erased all the same`() async throws {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        try await gateway.newSession(key: Self.admin)
        let answer = try await gateway.send(.delete, "/api/sessions/BAT-001", key: Self.admin)
        #expect(answer.status == 200 && answer.json["receipt"]?["counts"]?["files"]?.number == 0)
        #expect(try await gateway.store.session(try Fixtures.id(1)) == nil)
    }

    @Test func `a log line does not name the trainee in a path`() {
        #expect(RequestLogMiddleware.shown("/api/trainees/REP_55/data") == "/api/trainees/…")
        #expect(RequestLogMiddleware.shown("/trainees/REP_55") == "/trainees/…")
        #expect(RequestLogMiddleware.shown("/api/sessions/BAT-001") == "/api/sessions/BAT-001")
    }

    @Test func `only a zip of our own name is served as a trainee's data`() {
        #expect(ErasureRoutes.isTraineeFile(".trainees/\(UUID().uuidString).zip"))
        for path in [".trainees/../x.zip", ".trainees/x.zip", "BAT-001/x.zip", "/.trainees/a.zip", ".trainees/.zip"] {
            #expect(!ErasureRoutes.isTraineeFile(path), "\(path)")
        }
    }
}
