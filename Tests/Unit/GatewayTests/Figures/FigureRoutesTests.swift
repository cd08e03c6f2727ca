import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `routes of figures` {
    private static let keys = `looking at sessions`.keys

    /// A session of this trainee that ended and is scored.
    static func session(
        _ gateway: TestGateway, trainee: String, score: Int = 75, visibility: SessionVisibility = .submitted,
        metadata: JSONValue = [:], createdBy: String = "unity"
    ) async throws -> SessionID {
        let id = try await gateway.store.create(
            NewSession(
                traineeId: trainee, persona: Fixtures.karel, scenario: Fixtures.karel.scenarios[0],
                client: "unity-vr", metadata: metadata, tokenHash: "", createdBy: createdBy, idempotency: nil,
                visibility: visibility)
        ).record.sessionId
        try await gateway.endAndScore(id)
        return id
    }

    @Test func `each role gets what the table says`() async throws {
        let gateway = try await TestGateway(Self.keys)
        let ticket = try await gateway.post("/api/tickets", #"{"traineeId":"anna"}"#, key: `looking at sessions`.unity)
        let anna = try #require(ticket.json["ticket"]?.string)
        _ = try await Self.session(gateway, trainee: "anna")
        let callers = [
            nil, anna, `looking at sessions`.unity, `looking at sessions`.viewer, `looking at sessions`.admin,
        ]
        let table = [
            "/api/progress?traineeId=anna": [401, 200, 200, 200, 200], "/api/progress": [401, 200, 400, 400, 400],
            "/api/cohort": [401, 403, 403, 200, 200], "/api/cohort.csv": [401, 403, 403, 200, 200],
            "/api/sessions.csv": [401, 403, 403, 200, 200], "/api/live": [401, 403, 200, 200, 200],
            "/api/sessions/BAT-001/live": [401, 403, 200, 200, 200],
        ]
        for (path, expected) in table {
            for (caller, status) in zip(callers, expected) {
                #expect(try await gateway.get(path, key: caller).status == status, "\(path): \(caller ?? "nobody")")
            }
        }
    }

    @Test func `progress is of the trainee's own sessions only`() async throws {
        let gateway = try await TestGateway(Self.keys)
        for trainee in ["anna", "anna", "boris"] { _ = try await Self.session(gateway, trainee: trainee) }
        _ = try await Self.session(gateway, trainee: "anna", createdBy: "web")
        _ = try await Self.session(gateway, trainee: "anna", visibility: .private)
        func counted(_ key: String) async throws -> Int {
            `the API descriptions`.items(
                try await gateway.get("/api/progress?traineeId=anna", key: key).json["counted"]
            ).count
        }
        #expect(try await counted(`looking at sessions`.viewer) == 3)
        #expect(try await counted(`looking at sessions`.unity) == 2)
        #expect(try await counted(`looking at sessions`.web) == 1)
    }

    @Test func `a cohort can be narrowed to a store, a market and a client`() async throws {
        let gateway = try await TestGateway()
        for store in ["Brno", "Brno", "Athens"] {
            _ = try await Self.session(gateway, trainee: "anna", metadata: ["store": .string(store)])
        }
        _ = try await Self.session(gateway, trainee: "anna", metadata: ["store": 7])
        let all = try await gateway.get("/api/cohort").json
        #expect(all["dropOff"]?["created"] == 4)
        #expect(all["choices"]?["stores"] == ["Athens", "Brno"])
        #expect(all["choices"]?["markets"] == ["EU"])
        #expect(all["choices"]?["clients"] == ["unity-vr"])
        for (query, count) in [
            ("store=Brno", 2), ("store=Athens&client=unity-vr&market=EU", 1), ("market=LV", 0), ("store=%24ne", 0),
        ] {
            let answer = try await gateway.get("/api/cohort?\(query)").json
            #expect(answer["dropOff"]?["created"]?.number == Double(count), "\(query)")
            #expect(answer["choices"]?["stores"] == ["Athens", "Brno"])
        }
        #expect(try await gateway.get("/api/cohort?outcome=converted").status == 400)
    }

    @Test func `tables are files that name what they lack`() async throws {
        let gateway = try await TestGateway()
        _ = try await Self.session(gateway, trainee: "=1+1")
        let sessions = try await gateway.get("/api/sessions.csv")
        #expect(sessions.headers[.contentType] == "text/csv; charset=utf-8; header=present")
        #expect(sessions.headers[.contentDisposition] == "attachment; filename=\"sessions.csv\"")
        #expect(sessions.headers[.isComplete] == "true")
        #expect(sessions.text.hasPrefix("\u{FEFF}sessionId,createdAt,traineeId,"))
        #expect(sessions.text.contains(",'=1+1,fmc_smoker,"))
        #expect(!(try await gateway.get("/api/sessions.csv?status=active").text.contains("=1+1")))
        #expect(try await gateway.get("/api/sessions.csv?status=ended").text.contains("=1+1"))
        let cohort = try await gateway.get("/api/cohort.csv")
        #expect(cohort.text.contains("\r\ndrop_off,counted,,1,1,,\r\n"))
    }
}

@Suite struct `hidden identities` {
    private static func gateway() async throws -> TestGateway {
        try await TestGateway(
            `looking at sessions`.keys.merging(
                ["SHOW_TRAINEE_IDENTITIES": "off", "SESSION_SECRET": "a secret of at least thirty-two characters"]
            ) { $1 })
    }

    @Test func `no answer to a trainer names a trainee`() async throws {
        let gateway = try await Self.gateway()
        for name in ["anna-real", "boris-real"] {
            _ = try await `routes of figures`.session(gateway, trainee: name, metadata: ["name": .string(name)])
        }
        let live = try await gateway.store.create(
            NewSession(
                traineeId: "anna-real", persona: Fixtures.karel, scenario: Fixtures.karel.scenarios[0],
                client: "unity-vr", metadata: [:], tokenHash: "", createdBy: "unity", idempotency: nil)
        ).record.sessionId
        let secret = SessionSecret("a secret of at least thirty-two characters")
        let anna = Pseudonyms(secret: secret).name(of: "anna-real")
        let endpoints = try gateway.parts.routes(
            cookie: LoginCookie(secret: secret, keys: .none), attempts: KeyAttempts(RateLimit(perMinute: 1))
        ).endpoints.filter { $0.path.hasPrefix("/api/") && $0.method == .get }
        #expect(endpoints.count >= 14)
        for key in [`looking at sessions`.viewer, `looking at sessions`.admin] {
            for endpoint in endpoints {
                for id in ["BAT-001", live.text] {
                    for query in endpoint.query.contains("traineeId") ? ["", "?traineeId=\(anna)"] : [""] {
                        let path = endpoint.path.replacing(":id", with: id) + query
                        let answer = try await gateway.get(path, key: key)
                        #expect(!answer.text.contains("-real"), "\(path)")
                    }
                }
            }
        }
    }

    @Test func `a filter takes the pseudonym, and a real id matches nobody`() async throws {
        let gateway = try await Self.gateway()
        for name in ["anna-real", "anna-real", "boris-real"] {
            _ = try await `routes of figures`.session(gateway, trainee: name)
        }
        func items(_ query: String, _ key: String) async throws -> [JSONValue] {
            `the API descriptions`.items(try await gateway.get("/api/sessions\(query)", key: key).json["items"])
        }
        let viewer = `looking at sessions`.viewer
        let names = Set(try await items("", viewer).compactMap { $0["traineeId"]?.string })
        #expect(names.count == 2)
        for name in names {
            #expect(name.wholeMatch(of: /trainee-[A-Za-z0-9_-]{10}/) != nil)
            #expect([1, 2].contains(try await items("?traineeId=\(name)", viewer).count))
        }
        #expect(try await items("?traineeId=anna-real", viewer).isEmpty)
        #expect(try await items("?traineeId=trainee-AAAAAAAAAA", viewer).isEmpty)
        #expect(
            try await items("?traineeId=anna-real", `looking at sessions`.unity).count == 2, "its own client sees it")
        let own = try await items("", `looking at sessions`.unity).compactMap { $0["traineeId"]?.string }
        #expect(Set(own) == ["anna-real", "boris-real"])
    }

    @Test func `among too many trainees a pseudonym is found once it was shown, and refused before`() async throws {
        let secret = SessionSecret("a secret of at least thirty-two characters")
        let gateway = try await TestGateway(`looking at sessions`.keys)
        for name in ["anna-real", "boris-real", "zoe-real"] {
            _ = try await `routes of figures`.session(gateway, trainee: name)
        }
        let identities = Identities(hiddenWith: secret, mostTrainees: 2)
        let viewer = Principal(name: "boss", role: .viewer)
        func found(_ trainee: String) async throws -> String? {
            var filter = SessionFilter(.counted)
            filter.traineeId = Pseudonyms(secret: secret).name(of: trainee)
            return try await identities.resolved(filter, of: viewer, in: gateway.store).traineeId
        }
        #expect(try await found("boris-real") == "boris-real")
        let refusal = await #expect(throws: Problem.self) { _ = try await found("zoe-real") }
        #expect(refusal?.code == "pseudonym_unknown")
        let record = try #require(try await gateway.store.session(try Fixtures.id(3)))
        _ = identities.shown(record, to: viewer)
        #expect(try await found("zoe-real") == "zoe-real")
    }

    @Test func `the order of the trainees tells nothing about their ids`() throws {
        let identities = Identities(hiddenWith: SessionSecret("a secret of at least thirty-two characters"))
        var statistics = SessionStatistics(
            totalSessions: 65, activeSessions: 0, endedSessions: 65, scoredSessions: 65, averageScore: nil,
            conversionRate: nil, averageDurationMs: nil, outcomes: [:], byPersona: [], byTrainee: [])
        statistics.byTrainee = (10...30).map {
            .init(
                key: "rep-\($0)", name: "rep-\($0)", sessions: 3, averageScore: nil, averageScoreOf: 0,
                conversionRate: nil, conversionRateOf: 0)
        }
        statistics.byTrainee.append(
            .init(
                key: "rep-99", name: "rep-99", sessions: 2, averageScore: nil, averageScoreOf: 0, conversionRate: nil,
                conversionRateOf: 0))
        let shown = identities.shown(statistics, to: Principal(name: "boss", role: .viewer)).byTrainee
        #expect(shown.map(\.sessions) == Array(repeating: 3, count: 21) + [2])
        #expect(shown.dropLast().map(\.key) == shown.dropLast().map(\.key).sorted())
    }

    @Test func `pseudonyms are stable, and another installation has others`() {
        let one = Pseudonyms(secret: SessionSecret("a secret of at least thirty-two characters"))
        let two = Pseudonyms(secret: SessionSecret("another secret of at least thirty-two"))
        #expect(one.name(of: "anna") == one.name(of: "anna"))
        #expect(one.name(of: "anna") != one.name(of: "boris"))
        #expect(one.name(of: "anna") != two.name(of: "anna"))
        #expect(Pseudonyms.mayBe(one.name(of: "anna")))
    }

    @Test func `files that name the trainee are refused to trainers`() async throws {
        let gateway = try await Self.gateway()
        let id = try await `routes of figures`.session(gateway, trainee: "anna-real")
        for file in ["report", "data"] {
            for key in [`looking at sessions`.viewer, `looking at sessions`.admin] {
                let answer = try await gateway.get("/api/sessions/\(id)/\(file)", key: key)
                #expect(answer.status == 403 && answer.code == "identities_hidden")
            }
            let own = try await gateway.get("/api/sessions/\(id)/\(file)", key: `looking at sessions`.unity)
            #expect(own.status == 503, "it has reached the reports process")
        }
    }
}
