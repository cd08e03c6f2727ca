import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@testable import GatewayService

/// Who sees and does what with a private session, endpoint by endpoint and role by role. The endpoints come from the
/// routing table, so that a new one fails here until somebody has decided about it.
@Suite struct `private sessions` {
    /// Everybody who may come. Anna is the trainee, `unity` the key that created the session or issued her ticket.
    enum Caller: CaseIterable {
        case anna, boris, unity, web, viewer, trainer, admin
        /// The only user of a gateway without keys.
        case alone
    }

    /// What each caller gets, in the order of `Caller`: a status, and a code where statuses do not tell enough.
    private struct Answers {
        var `private`: [String]
        var submitted: [String]

        init(private: String, submitted: String) {
            self.private = `private`.split(separator: " ").map(String.init)
            self.submitted = submitted.split(separator: " ").map(String.init)
        }
    }

    // 503: the request has reached the reports process, which these tests do not have.
    private static let table: [String: Answers] = [
        "GET /api/sessions/:id": Answers(
            private: "200 404 200 404 404 404 session_private 200",
            submitted: "200 404 200 404 200 200 200 200"),
        "POST /api/sessions/:id/events": Answers(
            private: "200 404 200 404 403 403 session_private 200",
            submitted: "200 404 200 404 403 403 200 200"),
        "POST /api/sessions/:id/submit": Answers(
            private: "200 404 200 404 403 403 session_private 200",
            submitted: "200 404 200 404 403 403 200 200"),
        "POST /api/sessions/:id/score": Answers(
            private: "403 403 403 403 403 403 session_private nothing_failed",
            submitted: "403 403 403 403 403 403 nothing_failed nothing_failed"),
        "GET /api/sessions/:id/report": Answers(
            private: "503 404 503 404 404 404 session_private 503",
            submitted: "503 404 503 404 503 503 503 503"),
        "GET /api/sessions/:id/data": Answers(
            private: "403 403 503 404 404 404 session_private 503",
            submitted: "403 403 503 404 503 503 503 503"),
        "POST /api/sessions/:id/export": Answers(
            private: "403 403 403 403 403 403 session_private session_private",
            submitted: "403 403 403 403 403 403 503 503"),
        "GET /api/sessions/:id/live": Answers(
            private: "403 403 200 404 404 404 session_private 200",
            submitted: "403 403 200 404 200 200 200 200"),
        "GET /api/sessions/:id/recording": Answers(
            private: "503 404 session_private 404 404 404 session_private 503",
            submitted: "503 404 503 404 503 503 503 503"),
        // The WebSocket accepts the session's wsToken only, with any role.
        "GET /ws/sessions/:id": Answers(
            private: "426 426 426 426 426 426 426 426", submitted: "426 426 426 426 426 426 426 426"),
        // 422: the body is an event's.
        "POST /api/sessions/:id/review": Answers(
            private: "403 403 403 403 403 404 session_private 422",
            submitted: "403 403 403 403 403 422 422 422"),
        "POST /api/sessions/:id/disputes": Answers(
            private: "422 404 422 404 403 403 session_private 422",
            submitted: "422 404 422 404 403 403 422 422"),
        // Who asks for erasure need not submit a practice first.
        "DELETE /api/sessions/:id": Answers(
            private: "403 403 403 403 403 403 200 200", submitted: "403 403 403 403 403 403 200 200"),
        // Nobody has a session's number for a trainee's id.
        "DELETE /api/trainees/:id": Answers(
            private: "403 403 403 403 403 403 200 200", submitted: "403 403 403 403 403 403 200 200"),
        "GET /api/trainees/:id/data": Answers(
            private: "403 403 403 403 403 403 404 404", submitted: "403 403 403 403 403 403 404 404"),
    ]

    /// A gateway with keys, and one without.
    private struct House {
        let gateway: TestGateway
        let open: TestGateway
        private var tickets: [Caller: String] = [:]

        init() async throws {
            gateway = try await TestGateway(`looking at sessions`.keys)
            open = try await TestGateway()
            for (caller, name) in [(Caller.anna, "anna"), (.boris, "boris")] {
                let answer = try await gateway.post(
                    "/api/tickets", #"{"traineeId":"\#(name)"}"#, key: `looking at sessions`.unity)
                tickets[caller] = try #require(answer.json["ticket"]?.string)
            }
        }

        func gateway(of caller: Caller) -> TestGateway { caller == .alone ? open : gateway }

        func key(of caller: Caller) -> String? {
            switch caller {
            case .anna, .boris: tickets[caller]
            case .unity: `looking at sessions`.unity
            case .web: `looking at sessions`.web
            case .viewer: `looking at sessions`.viewer
            case .trainer: `looking at sessions`.trainer
            case .admin: `looking at sessions`.admin
            case .alone: nil
            }
        }

        /// A session of Anna's that has ended and is scored.
        func session(_ visibility: SessionVisibility, for caller: Caller) async throws -> SessionID {
            let gateway = gateway(of: caller)
            let id = try await gateway.store.create(
                NewSession(
                    traineeId: "anna", persona: Fixtures.karel, scenario: Fixtures.karel.scenarios[0],
                    client: "practice", metadata: [:], tokenHash: "",
                    createdBy: caller == .alone ? "local" : "unity", idempotency: nil, visibility: visibility)
            ).record.sessionId
            try await gateway.endAndScore(id)
            return id
        }

        func send(_ method: HTTPRequest.Method, _ path: String, as caller: Caller) async throws -> TestGateway.Answer {
            method != .post
                ? try await gateway(of: caller).send(method, path, key: key(of: caller))
                : try await gateway(of: caller).post(
                    path, #"{"events":[{"type":"ERROR","data":{}}]}"#, key: key(of: caller))
        }

        func items(_ path: String, as caller: Caller) async throws -> [String] {
            guard case .array(let items)? = try await send(.get, path, as: caller).json["items"] else { return [] }
            return items.compactMap { $0["sessionId"]?.string }
        }
    }

    private static func endpoints(of house: House) throws -> [Endpoint] {
        try house.gateway.parts.routes(
            cookie: LoginCookie(secret: SessionSecret("a secret of at least thirty-two characters"), keys: .none),
            attempts: KeyAttempts(RateLimit(perMinute: 1))
        ).endpoints
    }

    @Test func `every endpoint gives every role what the table says`() async throws {
        let house = try await House()
        let endpoints = try Self.endpoints(of: house).filter { $0.path.contains(":id") }
        #expect(Set(endpoints.map { "\($0.method.rawValue) \($0.path)" }) == Set(Self.table.keys))
        for endpoint in endpoints {
            let name = "\(endpoint.method.rawValue) \(endpoint.path)"
            let answers = try #require(Self.table[name])
            for (visibility, expected) in [
                (SessionVisibility.private, answers.private), (.submitted, answers.submitted),
            ] {
                for (caller, expected) in zip(Caller.allCases, expected) {
                    let id = try await house.session(visibility, for: caller)
                    let path = endpoint.path.replacing(":id", with: id.text)
                    let answer = try await house.send(endpoint.method, path, as: caller)
                    #expect(
                        expected == "\(answer.status)" || expected == answer.code,
                        "\(name), \(visibility), \(caller): \(answer.status) \(answer.code ?? "")")
                    if Int(expected) == nil { #expect(answer.status == 409) }
                }
            }
        }
    }

    @Test func `the sound of a practice is offered to its trainee alone until it is submitted`() async throws {
        let house = try await House()
        for caller in [Caller.unity, .alone] {
            let gateway = house.gateway(of: caller)
            let id = try await gateway.store.create(
                NewSession(
                    traineeId: "anna", persona: Fixtures.karel, scenario: Fixtures.karel.scenarios[0],
                    client: "practice", metadata: [:], tokenHash: "",
                    createdBy: caller == .alone ? "local" : "unity", idempotency: nil, visibility: .private,
                    recordingNoticeShown: true)
            ).record.sessionId
            try await gateway.endAndScore(id)
            let folder = gateway.folder.appending(path: "data/\(id)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("sound".utf8).write(to: folder.appending(path: "call.wav"))
        }
        func isOffered(to caller: Caller) async throws -> Bool {
            try await house.send(.get, "/api/sessions/BAT-001", as: caller).json["recorded"] == true
        }
        #expect(try await isOffered(to: .anna))
        #expect(try await isOffered(to: .alone))
        #expect(try await !isOffered(to: .unity))
        _ = try await house.send(.post, "/api/sessions/BAT-001/submit", as: .anna)
        #expect(try await isOffered(to: .unity))
        #expect(try await isOffered(to: .viewer))
    }

    @Test func `to a viewer a private session is one that does not exist`() async throws {
        let house = try await House()
        let id = try await house.session(.private, for: .viewer)
        for endpoint in try Self.endpoints(of: house) where endpoint.path.contains(":id") {
            func answer(_ id: String) async throws -> String {
                let path = endpoint.path.replacing(":id", with: id)
                let answer = try await house.send(endpoint.method, path, as: .viewer)
                return "\(answer.status) \(answer.code ?? "") \(answer.json["detail"]?.string ?? "")"
            }
            #expect(try await answer(id.text) == answer("BAT-999"), "\(endpoint.path)")
        }
    }

    @Test func `no endpoint shows a trainer a private session before it is submitted`() async throws {
        let house = try await House()
        let id = try await house.session(.private, for: .unity)
        let plain = try Self.endpoints(of: house).filter {
            $0.method == .get && !$0.path.contains(":id") && ($0.path.hasPrefix("/api/") || $0.path == "/metrics")
        }
        #expect(plain.count >= 8)
        for caller in [Caller.viewer, .trainer, .admin] {
            for endpoint in plain {
                var paths = [endpoint.path]
                if endpoint.query.contains("traineeId") { paths.append(endpoint.path + "?traineeId=anna") }
                if endpoint.query.contains("visibility") {
                    paths += ["private", "all", "submitted"].map { endpoint.path + "?visibility=\($0)" }
                }
                for path in paths {
                    let text = try await house.send(.get, path, as: caller).text
                    #expect(!text.contains(id.text) && !text.contains("anna"), "\(caller): \(path)")
                }
            }
            #expect(try await house.send(.get, "/api/dashboard/stats", as: caller).json["totalSessions"] == 0)
        }
        #expect(try await house.send(.post, "/api/sessions/\(id)/submit", as: .anna).status == 200)
        for caller in [Caller.viewer, .trainer, .admin] {
            #expect(try await house.items("/api/sessions", as: caller) == [id.text])
            #expect(try await house.items("/api/dashboard?traineeId=anna", as: caller) == [id.text])
            let statistics = try await house.send(.get, "/api/dashboard/stats", as: caller).json
            #expect(statistics["totalSessions"] == 1)
            #expect(statistics["averageScore"]?.number == 75)
        }
    }

    @Test func `a list has what its caller may see`() async throws {
        let house = try await House()
        for caller in [Caller.unity, .alone] {
            _ = try await house.session(.private, for: caller)
            _ = try await house.session(.submitted, for: caller)
        }
        func lists(_ caller: Caller) async throws -> [[String]] {
            var lists: [[String]] = []
            for query in ["", "?visibility=all", "?visibility=private", "?visibility=submitted"] {
                lists.append(try await house.items("/api/sessions" + query, as: caller))
            }
            return lists
        }
        let (practice, counted) = ("BAT-001", "BAT-002")
        for own in [Caller.anna, .unity] {
            #expect(try await lists(own) == [[counted, practice], [counted, practice], [practice], [counted]])
        }
        for trainer in [Caller.viewer, .admin] {
            #expect(try await lists(trainer) == [[counted], [counted], [], [counted]])
        }
        for stranger in [Caller.boris, .web] { #expect(try await lists(stranger) == [[], [], [], []]) }
        #expect(try await lists(.alone) == [[counted], [counted, practice], [practice], [counted]])
        for caller in [Caller.unity, .alone] {
            #expect(try await house.items("/api/dashboard", as: caller) == [counted], "only what counts")
            #expect(try await house.send(.get, "/api/dashboard/stats", as: caller).json["totalSessions"] == 1)
            #expect(try await house.send(.get, "/api/dashboard?visibility=private", as: caller).status == 400)
        }
        #expect(try await house.send(.get, "/api/sessions?visibility=mine", as: .unity).status == 400)
    }

    @Test func `a practice is private from its beginning, and submitted for good`() async throws {
        let house = try await House()
        func create(_ visibility: String) async throws -> TestGateway.Answer {
            try await house.gateway.post(
                "/api/sessions", #"{"scenarioId":"fmc_resistant","visibility":\#(visibility)}"#,
                key: house.key(of: .anna))
        }
        let created = try await create(#""private""#)
        #expect(created.status == 201)
        #expect(created.json["visibility"] == "private")
        let path = "/api/sessions/BAT-001"
        #expect(try await house.send(.get, path, as: .viewer).status == 404, "also while the call goes on")
        #expect(try await house.send(.get, path, as: .anna).json["submittedAt"] == nil)
        for _ in 0..<2 {
            let answer = try await house.send(.post, path + "/submit", as: .anna)
            #expect(answer.status == 200)
            #expect(answer.json["visibility"] == "submitted")
        }
        let first = try await house.send(.get, path, as: .viewer).json["submittedAt"]
        #expect(first != nil)
        _ = try await house.send(.post, path + "/submit", as: .unity)
        #expect(try await house.send(.get, path, as: .viewer).json["submittedAt"] == first)
        #expect(try await create("null").json["visibility"] == "submitted")
        #expect(try await create(#""submitted""#).json["visibility"] == "submitted")
        for wrong in [#""public""#, "1", "true", "[]"] {
            let answer = try await create(wrong)
            #expect(answer.status == 422)
            #expect(answer.text.contains("/visibility"))
        }
        #expect(try await house.send(.post, "/api/sessions/BAT-404/submit", as: .anna).status == 404)
    }
}
