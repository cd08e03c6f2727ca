import Domain
import Foundation
import Storage
import TestSupport
import Testing

@testable import GatewayService

/// A trainer corrects, a trainee disputes, and everybody sees whose numbers count.
@Suite struct `reviews over the API` {
    private static let unity = `looking at sessions`.unity
    private static let viewer = `looking at sessions`.viewer
    private static let trainer = `looking at sessions`.trainer
    private static let admin = `looking at sessions`.admin

    private static func items(_ value: JSONValue?) -> [JSONValue] { `the API descriptions`.items(value) }

    /// Two categories of equal weight, 60 and 80, and one suspected blocker; by the machine 70 points and pending.
    private static var score: Scorecard {
        var card = Fixtures.score
        card.overall = 70
        card.passMark = 60
        card.categories = ["empathy": 60, "needs": 80]
        card.details = [("empathy", "Empathy", 60), ("needs", "Needs", 80)].map {
            .init(id: $0, title: $1, score: $2, weight: 50, rationale: "", evidence: [], capped: false)
        }
        card.findings = [
            Finding(
                findingId: "u1.free", id: "free", rule: .forbiddenWord, status: .suspected, severity: .blocker,
                message: "Nothing is free.", evidence: Evidence(utteranceId: "u1", text: "there"), time: 2)
        ]
        ScoreVerdict.decide(&card)
        return card
    }

    /// A gateway with a scored session of `unity`, and as many empty ones before it as its number asks for.
    ///
    /// - Parameter unscored: is called before the last one is scored.
    private static func gateway(
        _ number: Int = 1, visibility: SessionVisibility = .submitted,
        unscored: (TestGateway, SessionID) async throws -> Void = { _, _ in }
    ) async throws -> (TestGateway, SessionID) {
        let gateway = try await TestGateway(`looking at sessions`.keys)
        var id = try Fixtures.id(1)
        for count in 1...number {
            id = try await gateway.store.create(
                NewSession(
                    traineeId: "anna", persona: Fixtures.karel, scenario: Fixtures.karel.scenarios[0],
                    client: "practice", metadata: [:], tokenHash: "", createdBy: "unity", idempotency: nil,
                    visibility: count == number ? visibility : .private)
            ).record.sessionId
        }
        _ = try await gateway.store.end(
            id,
            with: EndRecord(
                endTrigger: "end_session", outcome: .converted, endedAt: Date(), durationMs: 61_000,
                facts: Fixtures.facts))
        try await unscored(gateway, id)
        _ = try await gateway.store.lease(.scoring, of: id, for: "s1", until: Date() + 60, now: Date())
        _ = try await gateway.store.finishScoring(id, owner: "s1", score: score, outcome: .rejected)
        return (gateway, id)
    }

    private static let correction =
        #"{"revision":0,"categories":[{"id":"empathy","score":90,"reason":"too_low","note":"He listened."}],"#
        + #""findings":[{"findingId":"u1.free","decision":"dismissed","note":"The customer said it."}]}"#

    @Test func `a correction counts, with the machine's numbers beside it and the name of the person`() async throws {
        let (gateway, id) = try await Self.gateway()
        let answer = try await gateway.post("/api/sessions/\(id)/review", Self.correction, key: Self.trainer)
        #expect(answer.status == 200)
        for key in [Self.unity, Self.viewer, Self.trainer, Self.admin] {
            let session = try await gateway.get("/api/sessions/\(id)", key: key).json
            let score = session["score"]
            #expect(score?["overall"] == 85)
            #expect(score?["verdict"] == "passed")
            #expect(score?["reviewedBy"] == "coach")
            #expect(score?["machine"]?["overall"] == 70)
            #expect(score?["machine"]?["verdict"] == "pending")
            #expect(score?["machine"]?["categories"]?["empathy"] == 60)
            #expect(score?["revision"] == 2)
            #expect(session["review"]?["revision"] == 1)
        }
        let finding = try await gateway.get("/api/sessions/\(id)", key: Self.viewer).json["score"]?["findings"]
        #expect("\(finding ?? .null)".contains("person"))
        let list = try await gateway.get("/api/sessions", key: Self.viewer).json["items"]
        let items = Self.items(list)
        #expect(items.first?["score"] == 85)
        #expect(items.first?["machineScore"] == 70)
        #expect(items.first?["reviewedBy"] == "coach")
        let statistics = try await gateway.get("/api/dashboard/stats", key: Self.viewer).json
        #expect(statistics["averageScore"]?.number == 85)
        #expect(statistics["averageMachineScore"]?.number == 70)
    }

    @Test func `what the client may not see of findings, it does not see of their decisions`() async throws {
        let (gateway, id) = try await Self.gateway()
        _ = try await gateway.post("/api/sessions/\(id)/review", Self.correction, key: Self.trainer)
        let text = try await gateway.get("/api/sessions/\(id)", key: Self.unity).text
        #expect(!text.contains("u1.free") && !text.contains("The customer said it."))
        #expect(text.contains("He listened."))
        #expect(!text.contains("machineScore\":{"), "the machine's whole scorecard is not shown")
    }

    @Test func `who comes too late learns that somebody was faster`() async throws {
        let (gateway, id) = try await Self.gateway()
        _ = try await gateway.post("/api/sessions/\(id)/review", Self.correction, key: Self.trainer)
        let late = try await gateway.post("/api/sessions/\(id)/review", Self.correction, key: Self.admin)
        #expect(late.status == 409)
        #expect(late.code == "review_changed")
        #expect(try await gateway.store.session(id)?.review?.revision == 1)
    }

    @Test func `who saw an earlier score of the machine is told that there is another`() async throws {
        let (gateway, id) = try await Self.gateway()
        let path = "/api/sessions/\(id)/review"
        let late = try await gateway.post(
            path, #"{"revision":0,"scoreRevision":2,"categories":[]}"#, key: Self.trainer)
        #expect(late.status == 409 && late.code == "review_changed")
        #expect(late.text.contains("judged the session again"))
        let right = try await gateway.post(
            path, #"{"revision":0,"scoreRevision":1,"categories":[]}"#, key: Self.trainer)
        #expect(right.status == 200)
    }

    @Test(arguments: [
        (#"{"revision":0,"scoreRevision":"1","categories":[]}"#, "/scoreRevision"),
        (#"{}"#, "/revision"), (#"{"revision":0}"#, ""), (#"{"revision":-1,"categories":[]}"#, "/revision"),
        (#"{"revision":0,"categories":{}}"#, "/categories"),
        (#"{"revision":0,"categories":[{"id":"empathy","score":101,"reason":"too_low"}]}"#, "/categories/0/score"),
        (#"{"revision":0,"categories":[{"id":"empathy","score":90.5,"reason":"too_low"}]}"#, "/categories/0/score"),
        (#"{"revision":0,"categories":[{"id":"empathy","score":90,"reason":"rude"}]}"#, "/categories/0/reason"),
        (#"{"revision":0,"categories":[{"id":"empathy","score":90,"reason":"too_high"}]}"#, "/categories/0/reason"),
        (#"{"revision":0,"categories":[{"id":"$set","score":90,"reason":"too_low"}]}"#, "/categories/0/id"),
        (#"{"revision":0,"findings":[{"findingId":"u1.free","decision":"maybe"}]}"#, "/findings/0/decision"),
        (#"{"revision":0,"answer":{"disputeId":"d1","text":"   "}}"#, "/answer/text"),
    ])
    func `a step that cannot be taken says where it is wrong`(_ body: String, _ pointer: String) async throws {
        let (gateway, id) = try await Self.gateway()
        let answer = try await gateway.post("/api/sessions/\(id)/review", body, key: Self.trainer)
        #expect(answer.status == 422)
        #expect(answer.text.contains("\"pointer\":\"\(pointer)\""), "\(answer.text)")
        #expect(try await gateway.store.session(id)?.review == nil)
    }

    @Test func `texts are bounded in bytes, and keep their lines but no control characters`() async throws {
        let (gateway, id) = try await Self.gateway()
        let path = "/api/sessions/\(id)/disputes"
        let long = String(repeating: "ř", count: 1_001)
        #expect(try await gateway.post(path, #"{"text":"\#(long)"}"#, key: Self.unity).status == 422)
        let answer = try await gateway.post(
            path, #"{"text":"  I \u0007did\u202e ask.\r\nTwice. "}"#, key: Self.unity)
        #expect(answer.status == 201)
        #expect(try await gateway.store.session(id)?.review?.disputes.first?.text == "I did ask.\nTwice.")
    }

    @Test func `a dispute goes from the trainee to the trainer and back`() async throws {
        let (gateway, id) = try await Self.gateway()
        let issued = try await gateway.post("/api/tickets", #"{"traineeId":"anna"}"#, key: Self.unity)
        let ticket = try #require(issued.json["ticket"]?.string)
        let path = "/api/sessions/\(id)"
        #expect(try await gateway.post("\(path)/disputes", #"{"text":"I did ask."}"#, key: ticket).status == 201)
        let again = try await gateway.post("\(path)/disputes", #"{"text":"And again."}"#, key: ticket)
        #expect(again.status == 409 && again.code == "dispute_open")
        let queue = try await gateway.get("/api/reviews", key: Self.viewer).json["items"]
        let items = Self.items(queue)
        #expect(items.first?["reasons"] == ["dispute", "needs_review"])
        let answer = try await gateway.post(
            "\(path)/review",
            #"{"revision":1,"categories":[{"id":"empathy","score":70,"reason":"too_low"}],"#
                + #""answer":{"disputeId":"d1","text":"You are right."}}"#, key: Self.trainer)
        #expect(answer.status == 200)
        let seen = try await gateway.get(path, key: ticket).json
        #expect(seen["score"]?["overall"] == 75)
        let disputes = Self.items(seen["review"]?["disputes"])
        #expect(disputes.first?["answer"]?["text"] == "You are right.")
        #expect(disputes.first?["answer"]?["by"] == "coach")
        let twice = try await gateway.post(
            "\(path)/review", #"{"revision":2,"answer":{"disputeId":"d1","text":"No."}}"#, key: Self.trainer)
        #expect(twice.code == "dispute_answered")
    }

    @Test func `a practice cannot be disputed before it is submitted, nor a call without a score`() async throws {
        let (gateway, id) = try await Self.gateway(visibility: .private)
        let refused = try await gateway.post(
            "/api/sessions/\(id)/disputes", #"{"text":"I did ask."}"#, key: Self.unity)
        #expect(refused.code == "session_private")
        let open = try await TestGateway()
        try await open.newSession()
        for (path, body) in [("review", #"{"revision":0,"categories":[]}"#), ("disputes", #"{"text":"Why?"}"#)] {
            let answer = try await open.post("/api/sessions/BAT-001/\(path)", body)
            #expect(answer.status == 409 && answer.code == "not_scored")
        }
    }

    // MARK: The blind sample

    /// BAT-007 is in the sample.
    @Test func `a trainer does not see the machine's numbers of the sample before giving theirs`() async throws {
        let (gateway, id) = try await Self.gateway(7)
        #expect(BlindSample.contains(id))
        let path = "/api/sessions/\(id)"
        let blind = try await gateway.get(path, key: Self.trainer).json
        #expect(blind["score"] == nil && blind["outcome"] == .null && blind["blind"] == true)
        #expect(try await gateway.get(path, key: Self.viewer).json["score"] != nil)
        for file in ["report", "data"] {
            #expect(try await gateway.get("\(path)/\(file)", key: Self.trainer).code == "blind_sample")
        }
        for list in ["/api/sessions", "/api/dashboard", "/api/reviews"] {
            let items = Self.items(
                try await gateway.get(list, key: Self.trainer).json["items"])
            #expect(items.count == 1 && items.first?["score"] == nil && items.first?["verdict"] == nil, "\(list)")
        }
        let items = Self.items(
            try await gateway.get("/api/reviews", key: Self.admin).json["items"])
        #expect(items.first?["blind"] == true && items.first?["score"] == nil && items.first?["reasons"] == ["sample"])
        let part = try await gateway.post(
            "\(path)/review", #"{"revision":0,"categories":[{"id":"empathy","score":70}]}"#, key: Self.trainer)
        #expect(part.status == 422)
        let all = try await gateway.post(
            "\(path)/review",
            #"{"revision":0,"categories":[{"id":"empathy","score":70},{"id":"needs","score":80}]}"#, key: Self.trainer)
        #expect(all.status == 200)
        #expect(all.json["score"]?["machine"]?["categories"]?["empathy"] == 60, "now they are shown")
        let agreement = try await gateway.get("/api/reviews/agreement", key: Self.viewer).json
        let categories = Self.items(agreement["categories"])
        #expect(categories.map { $0["id"] } == ["empathy", "needs"])
        #expect(categories.map { $0["meanDifference"]?.number } == [10, 0])
        #expect(categories.map { $0["n"] } == [1, 1])
    }

    private static let blindForm =
        #"{"revision":0,"categories":[{"id":"empathy","score":70},{"id":"needs","score":80}]}"#

    @Test func `who looked before there was a score can still score blindly`() async throws {
        let (gateway, id) = try await Self.gateway(7) { gateway, id in
            let status = try await gateway.get("/api/sessions/\(id)", key: Self.trainer).status
            #expect(status == 200)
        }
        let answer = try await gateway.post("/api/sessions/\(id)/review", Self.blindForm, key: Self.trainer)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["review"]?["blind"] != nil)
    }

    @Test func `a stream without the numbers leaves a trainer blind`() async throws {
        let (gateway, id) = try await Self.gateway(7)
        let stream = try await gateway.get("/api/sessions/\(id)/live", key: Self.trainer)
        #expect(stream.status == 200 && stream.text.contains(#""blind":true"#))
        let answer = try await gateway.post("/api/sessions/\(id)/review", Self.blindForm, key: Self.trainer)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["review"]?["blind"] != nil)
    }

    @Test func `a form without the numbers can be sent by who has seen them, and is not compared`() async throws {
        let (gateway, id) = try await Self.gateway(7)
        let path = "/api/sessions/\(id)"
        #expect(try await gateway.get(path, key: Self.admin).json["score"] != nil)
        let answer = try await gateway.post("\(path)/review", Self.blindForm, key: Self.admin)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["review"]?["blind"] == nil)
        #expect(try await gateway.get("/api/reviews/agreement", key: Self.admin).json["categories"] == [])
    }

    @Test func `no figure and no list tells a trainer the numbers of the sample`() async throws {
        let (gateway, id) = try await Self.gateway(7)
        let table = [
            "/api/progress?traineeId=anna", "/api/cohort", "/api/cohort.csv", "/api/sessions.csv",
            "/api/sessions?outcome=rejected", "/api/dashboard?outcome=rejected",
        ]
        func texts(_ key: String) async throws -> [String] {
            var texts: [String] = []
            for path in table { texts.append(try await gateway.get(path, key: key).text) }
            return texts
        }
        for (path, text) in zip(table, try await texts(Self.trainer)) { #expect(!text.contains(id.text), "\(path)") }
        for (path, text) in zip(table, try await texts(Self.viewer)) where !path.contains("cohort.csv") {
            #expect(text.contains(id.text), "\(path)")
        }
        let statistics = try await gateway.get("/api/dashboard/stats", key: Self.trainer).json
        #expect(statistics["totalSessions"] == 0 && statistics["averageScore"] == nil)
        let cohort = try await gateway.get("/api/cohort", key: Self.trainer).json
        #expect(cohort["sessions"] == 0 && cohort["score"]?["value"] == nil)
        _ = try await gateway.post("/api/sessions/\(id)/review", Self.blindForm, key: Self.trainer)
        for (path, text) in zip(table, try await texts(Self.trainer)) where !path.contains("cohort") {
            #expect(text.contains(id.text), "\(path)")
        }
    }

    @Test func `a session that is scored blindly shows what was said, and nothing that was made of it`() async throws {
        let (gateway, id) = try await Self.gateway(7)
        _ = try await gateway.post(
            "/api/sessions/\(id)/disputes", #"{"text":"70 points are too few."}"#, key: Self.unity)
        let blind = try await gateway.get("/api/sessions/\(id)", key: Self.trainer).json
        #expect(Self.items(blind["transcript"]).count == 1)
        for key in ["findings", "supervisorLogs", "outcomeClaims", "attitudeCurve", "moodHistory"] {
            #expect(blind[key] == [], "\(key)")
        }
        #expect(blind["finalAttitude"] == nil && blind["endTrigger"] == nil)
        #expect(blind["review"]?["disputes"] == [] && blind["review"]?["revision"] == 1)
        #expect(blind["reviewReasons"] == ["dispute", "sample"])
        let list = try await gateway.get("/api/sessions", key: Self.trainer).json["items"]
        let item = Self.items(list).first
        #expect(item?["outcome"] == nil && item?["finalAttitude"] == nil)
    }

    @Test func `who has seen the numbers is not blind any more`() async throws {
        let (gateway, id) = try await Self.gateway(7)
        let path = "/api/sessions/\(id)"
        #expect(try await gateway.get("\(path)?blind=true", key: Self.admin).json["score"] == nil)
        #expect(try await gateway.get(path, key: Self.admin).json["score"] != nil)
        let answer = try await gateway.post(
            "\(path)/review",
            #"{"revision":0,"categories":[{"id":"empathy","score":70,"reason":"too_low"},"#
                + #"{"id":"needs","score":80,"reason":"accurate"}]}"#, key: Self.admin)
        #expect(answer.status == 200)
        #expect(answer.json["review"]?["blind"] == nil)
        #expect(try await gateway.get("/api/reviews/agreement", key: Self.admin).json["categories"] == [])
    }

    // MARK: The audit

    @Test func `every look and every change is in the audit, with the name of a key and nobody's words`() async throws {
        let (gateway, id) = try await Self.gateway()
        let path = "/api/sessions/\(id)"
        for key in [Self.unity, Self.viewer, Self.viewer, Self.trainer] { _ = try await gateway.get(path, key: key) }
        _ = try await gateway.get("\(path)/report", key: Self.viewer)
        _ = try await gateway.post("\(path)/disputes", #"{"text":"I did ask."}"#, key: Self.unity)
        _ = try await gateway.post(
            "\(path)/review", Self.correction.replacing(#""revision":0"#, with: #""revision":1"#), key: Self.trainer)
        _ = try await gateway.post(
            "\(path)/review", #"{"revision":2,"answer":{"disputeId":"d1","text":"You are right."}}"#,
            key: Self.trainer)
        func audit() async throws -> (text: String, items: [JSONValue]) {
            let answer = try await gateway.get("/api/audit?sessionId=\(id)", key: Self.admin)
            return (answer.text, Self.items(answer.json["items"]))
        }
        try await eventually("six entries") { try await audit().items.count >= 6 }
        let (text, items) = try await audit()
        let entries = items.map { "\($0["actor"]?.string ?? "") \($0["action"]?.string ?? "")" }
        #expect(
            Set(entries) == [
                "boss session_read", "coach session_read", "boss report_read", "unity dispute_opened",
                "coach review_changed", "coach dispute_answered",
            ])
        #expect(entries.count == 6, "a second look within ten minutes is the same; a client's look at its own is none")
        let change = items.first { $0["action"] == "review_changed" }
        #expect(
            change?["detail"]?.string
                == "review 2; empathy 60 to 90 too_low; u1.free dismissed; points 70 to 85")
        for words in ["key-of", "I did ask", "You are right", "He listened"] { #expect(!text.contains(words)) }
        let own = try await gateway.get("/api/audit?actor=boss&limit=1", key: Self.admin).json
        #expect(own["nextCursor"] != nil)
        #expect(try await gateway.get("/api/audit?sessionId=nonsense", key: Self.admin).status == 400)
    }

    @Test func `who reads many sessions at once is in the audit, with what was asked for`() async throws {
        let (gateway, _) = try await Self.gateway()
        let paths = [
            "/api/sessions.csv?market=EU", "/api/progress?traineeId=anna", "/api/cohort", "/api/cohort.csv",
            "/api/reviews?limit=5",
        ]
        for key in [Self.unity, Self.viewer] { for path in paths { _ = try await gateway.get(path, key: key) } }
        func entries() async throws -> [String] {
            Self.items(try await gateway.get("/api/audit", key: Self.admin).json["items"]).map {
                "\($0["actor"]?.string ?? "") \($0["action"]?.string ?? ""): \($0["detail"]?.string ?? "")"
            }
        }
        try await eventually("five entries") { try await entries().count >= 5 }
        let found = try await entries().map { $0.replacing(/person-[A-Za-z0-9_-]{22}/, with: "a person") }
        #expect(
            Set(found) == [
                "boss table_read: /api/sessions.csv; market EU; 1 sessions",
                "boss progress_read: /api/progress; a person; 1 sessions",
                "boss table_read: /api/cohort; 1 sessions", "boss table_read: /api/cohort.csv; 1 sessions",
                "boss table_read: /api/reviews; 1 sessions",
            ])
    }

    @Test func `a look does not wait for the database`() async throws {
        let (gateway, id) = try await Self.gateway()
        let log = AuditLog()
        let secret = SessionSecret("a secret of at least thirty-two characters")
        let audit = Audit(
            log: log, store: gateway.store, persons: Persons(store: gateway.store, secret: secret), identities: .shown,
            logger: gateway.logger, now: { Date(timeIntervalSince1970: 1) })
        await gateway.store.setOutage(true)
        let viewer = Principal(name: "boss", role: .viewer)
        let begin = ContinuousClock.now
        for _ in 0..<2_000 { audit.looked(.sessionRead, at: id, by: viewer) }
        for number in 1...2_000 {
            audit.looked(.sessionRead, at: try Fixtures.id(number), by: viewer)
        }
        #expect(ContinuousClock.now - begin < .seconds(2))
        log.finish()
        var waiting = 0
        for await _ in log.waiting { waiting += 1 }
        #expect(waiting == 1_000, "bounded")
    }
}
