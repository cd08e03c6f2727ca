import Domain
import Foundation
import HTTPTypes
import Storage
import Testing

@testable import GatewayService

@Suite struct `the API descriptions` {
    static func members(_ value: JSONValue?) -> [String: JSONValue] {
        if case .object(let members)? = value { members } else { [:] }
    }

    static func items(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let items)? = value { items } else { [] }
    }

    /// The targets of all `$ref`s in the document.
    static func references(in value: JSONValue) -> [String] {
        switch value {
        case .object(let members):
            members.flatMap { key, value in
                key == "$ref" ? value.string.map { [$0] } ?? [] : references(in: value)
            }
        case .array(let items): items.flatMap(references)
        default: []
        }
    }

    static func resolve(_ pointer: String, in document: JSONValue) -> JSONValue? {
        pointer.dropFirst(2).split(separator: "/").reduce(JSONValue?.some(document)) { value, part in
            value?[part.replacingOccurrences(of: "~1", with: "/")]
        }
    }

    @Test func `every endpoint is described, and no other`() async throws {
        let gateway = try await TestGateway()
        let document = try await gateway.get("/openapi.json").json
        #expect(document["openapi"]?.string == "3.1.0")
        let described = Set(
            Self.members(document["paths"]).flatMap { path, methods in
                Self.members(methods).keys.map { "\($0.uppercased()) \(path)" }
            })
        let secret = SessionSecret("a secret of at least thirty-two characters")
        let routes = try gateway.parts.routes(
            cookie: LoginCookie(secret: secret, keys: .none), attempts: KeyAttempts(RateLimit(perMinute: 1)))
        let pages = Set(routes.pages.endpoints.map(\.path))
        let served = routes.endpoints.filter { !pages.contains($0.path) && !$0.path.hasPrefix("/ws/") }
        #expect(
            described == Set(served.map { "\($0.method.rawValue) \($0.path.replacing(":id", with: "{id}"))" }))
        for endpoint in served {
            let path = endpoint.path.replacing(":id", with: "{id}")
            let operation = document["paths"]?[path]?[endpoint.method.rawValue.lowercased()]
            let query = Self.items(operation?["parameters"]).filter { $0["in"]?.string == "query" }
            #expect(Set(query.compactMap { $0["name"]?.string }) == endpoint.query, "\(path)")
            let isOpen = operation?["security"] == .array([])
            #expect(isOpen == (endpoint.access == .everyone), "\(path)")
        }
    }

    @Test(arguments: ["/openapi.json", "/asyncapi.json"])
    func `every reference can be resolved`(_ path: String) async throws {
        let document = try await TestGateway().get(path).json
        let references = Self.references(in: document)
        #expect(references.count > 20)
        for reference in references { #expect(Self.resolve(reference, in: document) != nil, "\(reference)") }
    }

    @Test func `links name existing operations`() async throws {
        let document = try await TestGateway().get("/openapi.json").json
        let operations = Self.members(document["paths"]).values.flatMap { Self.members($0).values }
        let ids = operations.compactMap { $0["operationId"]?.string }
        #expect(Set(ids).count == ids.count)
        let links = operations.flatMap { Self.members($0["responses"]).values }.flatMap {
            Self.members($0["links"]).values
        }
        #expect(links.count >= 8)
        for link in links { #expect(ids.contains(link["operationId"]?.string ?? "")) }
    }

    @Test func `the schemas match the keys of real answers`() async throws {
        let gateway = try await TestGateway()
        let document = try await gateway.get("/openapi.json").json
        let created = try await gateway.newSession().json
        try await gateway.endAndScore(try Fixtures.id(1))
        let answers = [
            ("CreatedSession", created), ("Session", try await gateway.get("/api/sessions/BAT-001").json),
            ("SessionPage", try await gateway.get("/api/sessions").json),
            ("Dashboard", try await gateway.get("/api/dashboard").json),
            ("Statistics", try await gateway.get("/api/dashboard/stats").json),
            ("Progress", try await gateway.get("/api/progress?traineeId=REP_55").json),
            ("Cohort", try await gateway.get("/api/cohort").json),
            ("Who", try await gateway.get("/api/login").json),
            ("Problem", try await gateway.newSession(scenario: "nope").json),
            ("Readiness", try await gateway.get("/readyz").json),
        ]
        for (name, answer) in answers {
            let schema = document["components"]?["schemas"]?[name]
            let keys = Set(Self.members(answer).keys)
            let properties = Set(Self.members(schema?["properties"]).keys)
            #expect(keys.isSubset(of: properties), "\(name)")
            let required = Set(Self.items(schema?["required"]).compactMap(\.string))
            #expect(required.isSubset(of: keys), "\(name)")
        }
    }

    @Test func `every message is described, and none that is not sent`() async throws {
        let document = try await TestGateway().get("/asyncapi.json").json
        let messages = Self.members(document["components"]?["messages"])
        let client = ClientMessage.Kind.allCases.map { "client.\($0.rawValue)" }
        let server = ServerMessage.Kind.allCases.map { "server.\($0.rawValue)" }
        #expect(Set(messages.keys) == Set(client + server + ["client.audio", "server.audio"]))
        for (key, message) in messages {
            let type = String(key.drop { $0 != "." }.dropFirst())
            #expect(message["name"]?.string == type)
            #expect(message["payload"]?["properties"]?["type"]?["const"]?.string == type, "\(key)")
        }
        for (operation, count) in [("fromClient", client.count + 1), ("fromServer", server.count + 1)] {
            #expect(Self.items(document["operations"]?[operation]?["messages"]).count == count, "\(operation)")
        }
    }

    @Test func `name in the protocol's page every message, and none that is not sent`() throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../../Docs/Protocol.md"),
            encoding: .utf8)
        let types = Set(ClientMessage.Kind.allCases.map(\.rawValue) + ServerMessage.Kind.allCases.map(\.rawValue))
            .union(["audio"])
        // Types of events are in capitals, and the type of a problem is a URN.
        let examples = Set(page.matches(of: /"type": ?"([a-z_]+)"/).map { String($0.1) })
        #expect(examples.count > 10)
        #expect(examples.subtracting(types) == [])
        for type in types { #expect(examples.contains(type) || page.contains("`\(type)`"), "\(type)") }
        let table = try #require(page.range(of: "| the server sends |"))
        let rows = page[table.upperBound...].split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
            .prefix { $0.hasPrefix("|") }
        #expect(rows.count > 8)
        for row in rows { #expect(types.contains(String(row.dropFirst(3).prefix { $0 != "`" })), "\(row)") }
    }

    @Test func `every close code is in the protocol's page and in the description`() async throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../../Docs/Protocol.md"),
            encoding: .utf8)
        let described = try await TestGateway().get("/asyncapi.json").json["info"]?["description"]?.string ?? ""
        let source = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../../Shared/Domain/Messages/CloseCode.swift"), encoding: .utf8)
        #expect(source.matches(of: /static let \w+: CloseCode/).count == CloseCode.all.count, "a code is not in `all`")
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("|") }.joined(separator: "\n")
        for code in CloseCode.all {
            #expect(rows.contains("\(code)"), "Protocol.md lacks \(code)")
            #expect(described.contains("\(code)"), "asyncapi.json lacks \(code)")
        }
    }

    @Test func `every error code is in the protocol's page`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let page = try String(contentsOf: root.appending(path: "Docs/Protocol.md"), encoding: .utf8)
        let source = try String(
            contentsOf: root.appending(path: "Shared/Domain/Messages/ErrorCode.swift"), encoding: .utf8)
        let codes = Set(source.matches(of: /ErrorCode = "([a-z_]+)"/).map { String($0.1) })
        #expect(codes.count > 50)
        // Between processes only: a gateway asks another relay.
        for code in codes.subtracting(["session_not_here"]) { #expect(page.contains("`\(code)`"), "\(code)") }
    }

    @Test func `the schemas match the keys of the server's messages`() async throws {
        let document = try await TestGateway().get("/asyncapi.json").json
        let id = try Fixtures.id(1)
        let utterance = Utterance(
            utteranceId: "u1", startTime: 0, endTime: 1, speaker: .avatar, text: "x", interrupted: true)
        let finding = Finding(
            rule: "r", status: .violated, severity: .minor, message: "m", evidence: Evidence(text: "x"), time: 1)
        let samples: [ServerMessage] = [
            .ready(.init(sessionId: id, seq: 0, sessionTime: 0, resumeWindowMs: 1)),
            .transcript(.init(seq: 1, utterance: utterance)), .attitude(.init(seq: 1, value: 1, direction: .rising)),
            .compliance(.init(seq: 1, finding: finding)), .audioClear(itemId: "i", heardMs: 1),
            .audioItem(itemId: "i", offsetMs: 1), .ack(eventIds: []),
            .nack(eventIds: [], code: "c", message: "m", retry: false), .resumed(from: 1, to: 2, replayed: 1),
            .resumeFailed(code: "c", seq: 1), .status(upstream: "ok"), .microphone(.tooFast),
            .pong(t: 1),
            .goingAway(reason: "r", retryAfterMs: 1), .sessionEnded(seq: 1, outcome: .rejected, endTrigger: "t"),
            .sessionOutcome(seq: 1, outcome: .rejected), .score(seq: 1, data: Fixtures.score, error: "e"),
            .error(seq: 1, code: "c", message: "m", fatal: true, retryAfterMs: 1), .hint(text: "h"),
            .moved(wsUrl: "ws://x"),
        ]
        #expect(Set(samples.map(\.kind)) == Set(ServerMessage.Kind.allCases))
        for sample in samples {
            let value = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(sample))
            #expect(value["type"]?.string == sample.kind.rawValue)
            let name = "server.\(sample.kind.rawValue)"
            let payload = document["components"]?["messages"]?[name]?["payload"]
            let keys = Set(Self.members(value).keys)
            let properties = Set(Self.members(payload?["properties"]).keys)
            #expect(keys.isSubset(of: properties), "\(name)")
            let required = Set(Self.items(payload?["required"]).compactMap(\.string))
            #expect(required.isSubset(of: keys), "\(name)")
        }
    }
}
