import Domain
import Foundation
import HTTPClient
import Speech
import Synchronization
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// The assessment of a trainee after the call: who makes it, why, and what later events change.
    @Suite struct JudgementTests {
        private static let keys =
            "unity:client:client-key-000001,anna:viewer:viewer-key-000001,boss:admin:admin-key-0000001"

        private static func system(exportTo url: String? = nil) async throws -> RunningSystem {
            var options = RunningSystem.Options()
            options.environment = ["API_KEYS": keys, "MARKET": "CZ"]
            options.environment["BATMAN_API_URL"] = url
            return try await RunningSystem.start(options)
        }

        private static func server(_ system: RunningSystem, _ key: String) -> TrainingServer {
            TrainingServer(address: system.url.absoluteString, apiKey: key)
        }

        /// A session with typed utterances; events are sent with the utterance of their number.
        private static func talk(
            _ lines: [String], in created: TrainingServer.Created, events: [Int: [ClientEvent]] = [:],
            onEvent: @escaping @Sendable (TrainingCall.Event) -> Void = { _ in }
        ) async throws -> Conversation.Result {
            let call = TrainingCall(url: created.wsUrl, pace: 3)
            try await call.connect()
            let conversation = Conversation(
                call, synthesizer: SpeechSynthesizer(), tagsSpeech: true, skipsPlayback: true)
            return try await conversation.hold(
                nextTurn: { number in
                    lines.indices.contains(number)
                        ? .init(.text(lines[number]), events: events[number] ?? []) : nil
                }, onEvent: onEvent)
        }

        private static func event(_ id: String?, _ type: String, _ data: JSONValue, at time: Double? = nil)
            -> ClientEvent
        {
            ClientEvent(eventId: id, time: time, data: .init(type: type, data: data))
        }

        private static func check(_ id: String, _ date: String, at time: Double? = nil) -> ClientEvent {
            event(id, "DOB_CHECK", ["entered": .string(date), "correct": true], at: time)
        }

        private static func handover(_ id: String, at time: Double? = nil) -> ClientEvent {
            event(
                id, "VR_INTERACTION", ["interactedObject": "SM_GLO_Device_01 (Clone)", "action": "HAND_OVER"], at: time)
        }

        private static func findings(_ record: JSONValue, _ rule: String) -> [JSONValue] {
            guard case .array(let items)? = record["score"]?["findings"] else { return [] }
            return items.filter { $0["rule"]?.string == rule }
        }

        private static let goodLines = [
            "Good afternoon! My name is Petra. May I ask you two quick questions?",
            "What do you like about your cigarettes, and what bothers you about them?",
            "Before I show you anything, may I see your date of birth please?",
            "This is glo Hyper. It heats a stick and is not risk-free. How does that sound to you?",
        ]

        // MARK: Late events

        @Test func `a late age check lifts the blocker, and a late handover causes one`() async throws {
            let system = try await Self.system()
            defer { system.stopSoon() }
            let client = Self.server(system, "client-key-000001")
            async let lifted: Void = Self.lateCheck(system, client)
            async let brought: Void = Self.lateHandover(system, client)
            try await lifted
            try await brought
        }

        private static func lateCheck(_ system: RunningSystem, _ client: TrainingServer) async throws {
            let created = try await client.create(scenarioId: "fmc_resistant", traineeId: "LATE_CHECK")
            let id = created.sessionId
            let uploads = Mutex<[Task<JSONValue, any Error>]>([])
            // The headset was offline when the date was entered: it uploads its buffer as soon as it has its score.
            let result = try await talk(goodLines, in: created, events: [3: [handover("h1")]]) { event in
                guard case .message(.score(_, let data?, _)) = event, data.revision == 1 else { return }
                // Owned by the test, which awaits it.
                let upload = Task { try await post([check("d1", "12.5.1981", at: 0.5)], to: id, client) }
                uploads.withLock { $0.append(upload) }
            }
            let answer = try await uploads.withLock { $0.first }?.value
            #expect(answer?["rejudging"] == true)
            #expect(answer?["stored"] == 1)

            // A client that is still connected receives both scores.
            let scores = result.messages.compactMap { message -> Scorecard? in
                if case .score(_, let data, _) = message { data } else { nil }
            }
            #expect(scores.map(\.revision) == [1, 2])
            #expect(scores.first?.findings.contains { $0.isStandingBlocker } == true)
            #expect(scores.first?.verdict == .failed)
            #expect(scores.last?.findings.contains { $0.isStandingBlocker } == false)
            #expect(scores.last?.verdict == .passed, "\(scores.last?.failReasons ?? [])")
            let seqs = result.messages.compactMap(\.seq)
            #expect(seqs == Array(1...max(1, seqs.count)))
            let kinds = result.messages.compactMap { message -> String? in
                switch message {
                case .sessionEnded: "ended"
                case .sessionOutcome: "outcome"
                case .score: "score"
                default: nil
                }
            }
            #expect(kinds.prefix(3) == ["ended", "outcome", "score"])

            // The record, the files and the report.
            let record = try await client.session(id)
            #expect(record["score"]?["revision"] == 2)
            #expect(record["score"]?["verdict"] == "passed")
            #expect(record["rejudging"] == nil)
            let events = system.folder.appending(path: "data/\(id)/events.json")
            try await eventually("the files are written again") {
                try String(contentsOf: events, encoding: .utf8).contains("12.5.1981")
            }
            let text = try await report(of: id, client, in: system)
            #expect(text.contains("REVISION 2"))
            #expect(text.contains("PASSED"))
        }

        private static func lateHandover(_ system: RunningSystem, _ client: TrainingServer) async throws {
            let created = try await client.create(scenarioId: "fmc_balcony", traineeId: "LATE_HANDOVER")
            let id = created.sessionId
            let result = try await talk(goodLines, in: created, events: [3: [check("d1", "1981-05-12")]])
            #expect(result.score?.findings.contains { $0.isStandingBlocker } == false)
            let answer = try await post([handover("h1", at: 0.5)], to: id, client)
            #expect(answer["rejudging"] == true)
            try await eventually("the session is judged again") {
                try await client.session(id)["score"]?["revision"] == 2
            }
            let record = try await client.session(id)
            #expect(record["score"]?["verdict"] == "failed")
            #expect(
                findings(record, "age_check").contains { $0["severity"] == "blocker" && $0["status"] == "violated" })
            // A duplicate changes nothing.
            #expect(try await post([handover("h1", at: 0.5)], to: id, client)["rejudging"] == nil)
            try await eventually("the files are written again") {
                let record = try await client.session(id)
                return record["dataFilesWritten"] == true && record["phase"] == "filed"
            }
            #expect(try await report(of: id, client, in: system).contains("handed over before"))
        }

        private static func post(_ events: [ClientEvent], to id: SessionID, _ server: TrainingServer) async throws
            -> JSONValue
        {
            struct Batch: Encodable { var events: [ClientEvent] }
            let response = try await server.send(
                "POST", "/api/sessions/\(id)/events", body: try JSONEncoder().encode(Batch(events: events)))
            return try JSONDecoder().decode(JSONValue.self, from: try response.expecting(200...200).body)
        }

        /// The text of the report, without line breaks.
        private static func report(of id: SessionID, _ server: TrainingServer, in system: RunningSystem) async throws
            -> String
        {
            let pdf = system.folder.appending(path: "\(id)-\(UInt32.random(in: 0 ... .max)).pdf")
            try await server.download("/api/sessions/\(id)/report").write(to: pdf)
            return try await Shell.run("pdftotext", "-layout", pdf.path, "-").split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
        }

        // MARK: The age check

        private struct Case: Sendable {
            var name: String
            var market: String?
            var events: [ClientEvent]
            /// Status and severity of the findings about the age check, in order.
            var expected: [String]
        }

        private static let cases: [Case] = [
            Case(
                name: "OWN", events: [check("d", "1981-05-12"), handover("h")], expected: ["satisfied info"]),
            Case(
                name: "UNREADABLE", events: [check("d", "5/6/1981"), handover("h")],
                expected: ["suspected info", "violated blocker"]),
            Case(
                name: "OTHER", events: [check("d", "1990-01-01"), handover("h")], expected: ["satisfied info differs"]),
            Case(
                name: "NOT_ON_DOCUMENT",
                events: [
                    event("d", "DOB_CHECK", ["entered": "1990-01-01", "correct": false]), handover("h"),
                ], expected: ["violated major", "violated blocker"]),
            Case(
                name: "TYPO", events: [check("d1", "2018-05-12"), check("d2", "1981-05-12"), handover("h")],
                expected: ["satisfied info differs", "satisfied info"]),
            Case(
                name: "TYPO_KEPT", events: [check("d1", "2018-05-12"), check("d2", "1990-01-01"), handover("h")],
                expected: ["satisfied info differs", "violated major differs", "violated blocker"]),
            Case(
                name: "LATVIA", market: "LV", events: [check("d", "1981-05-12"), handover("h")],
                expected: ["satisfied info"]),
            Case(
                name: "LATVIA_19", market: "LV", events: [check("d", "2007-06-01"), handover("h")],
                expected: ["satisfied info differs", "violated blocker"]),
            Case(
                name: "TWICE_ENCODED",
                events: [
                    event("d", "DOB_CHECK", .string(#"{"entered":"1981-05-11T22:00:00.000Z","correct":true}"#)),
                    handover("h"),
                ], expected: ["satisfied info"]),
            Case(
                name: "LEAFLET",
                events: [
                    event("l", "VR_INTERACTION", ["interactedObject": "GLO_Leaflet", "action": "GIVE"]),
                    event("o", "VR_INTERACTION", ["interactedObject": "GLO_Device", "action": "OFFER"]),
                ], expected: ["suspected blocker"]),
        ]

        @Test func `the age check cannot be bypassed, and a wrong clock is no violation`() async throws {
            let system = try await Self.system()
            defer { system.stopSoon() }
            let client = Self.server(system, "client-key-000001")
            let viewer = Self.server(system, "viewer-key-000001")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for one in Self.cases { group.addTask { try await Self.judge(one, client, viewer) } }
                group.addTask { try await Self.clocks(client, viewer) }
                group.addTask { try await Self.answers(client, viewer) }
                try await group.waitForAll()
            }
            let unknown = try await client.send(
                "POST", "/api/sessions",
                body: Data(#"{"scenarioId":"fmc_resistant","traineeId":"A","market":"XX"}"#.utf8))
            #expect(unknown.status == 422)
            let stats = try await viewer.json("/api/dashboard/stats")
            #expect(stats["unknownInteractions"]?[0]?["object"] == "Hologram")
            let relay = try system.sockets.socket(of: .relay, instance: "1")
            let metrics = try await Shell.run("curl", "-s", "--unix-socket", relay, "http://relay/metrics")
            #expect(metrics.contains("bat_unknown_interactions_total 1"))
        }

        private static func judge(_ one: Case, _ client: TrainingServer, _ viewer: TrainingServer) async throws {
            let created = try await create(one.name, market: one.market, client)
            _ = try await talk(["Hello, what do you like about your cigarettes?"], in: created, events: [0: one.events])
            let record = try await viewer.session(created.sessionId)
            let found = findings(record, "age_check").map { finding in
                "\(finding["status"]?.string ?? "") \(finding["severity"]?.string ?? "")"
                    + (finding["dateDiffers"] == true ? " differs" : "")
            }
            #expect(found == one.expected, "\(one.name)")
            #expect(record["rules"]?["market"]?.string == one.market ?? "CZ")
        }

        private static func create(_ trainee: String, market: String? = nil, _ client: TrainingServer) async throws
            -> TrainingServer.Created
        {
            var body: [String: JSONValue] = ["scenarioId": "fmc_resistant", "traineeId": .string(trainee)]
            body["market"] = market.map { .string($0) }
            let response = try await client.send(
                "POST", "/api/sessions", body: try JSONEncoder().encode(JSONValue.object(body)))
            return try JSONDecoder().decode(TrainingServer.Created.self, from: try response.expecting(201...201).body)
        }

        /// Clocks that count from the start of the app, or are slightly behind.
        private static func clocks(_ client: TrainingServer, _ viewer: TrainingServer) async throws {
            let created = try await create("CLOCKS", client)
            let pickup: JSONValue = ["interactedObject": "Hologram", "action": "PICKUP"]
            _ = try await talk(
                ["Hello, what do you smoke?", "And why that one?"], in: created,
                events: [
                    0: [event("a", "VR_INTERACTION", pickup, at: -0.02), check("d", "1981-05-12", at: 1_240)],
                    1: [handover("h", at: 1_250)],
                ])
            let record = try await viewer.session(created.sessionId)
            #expect(findings(record, "age_check").map { $0["status"]?.string } == ["satisfied"])
            guard case .array(let all)? = record["events"] else { Issue.record("no events"); return }
            let mine = all.filter { ["a", "d", "h"].contains($0["eventId"]?.string) }
            #expect(mine.compactMap { $0["eventId"]?.string } == ["a", "d", "h"])
            let end = (record["durationMs"]?.number ?? 0) / 1_000
            #expect(mine.allSatisfy { (0...end).contains($0["time"]?.number ?? -1) })
            #expect(mine.compactMap { $0["clientTime"]?.number } == [-0.02, 1_240, 1_250])
        }

        /// Errors in an event are answered immediately.
        private static func answers(_ client: TrainingServer, _ viewer: TrainingServer) async throws {
            let created = try await create("ANSWERS", client)
            let result = try await talk(
                ["Hello, what do you smoke?", "And why that one?"], in: created,
                events: [
                    0: [check("d", "5/6/1981"), handover("x"), event(nil, "TABLET_CHOICE", ["question": "Q1"])],
                    1: [check("x", "1981-05-12"), check("d2", "1981-05-12")],
                ])
            let refusals = result.messages.compactMap { message -> String? in
                if case .nack(let ids, let code, _, let retry) = message { "\(ids) \(code) \(retry)" } else { nil }
            }
            #expect(refusals == [#"["d"] invalid_date false"#, #"["x"] event_id_reused false"#])
            #expect(result.acknowledged == ["x", "d2"])
            let record = try await viewer.session(created.sessionId)
            guard case .array(let all)? = record["events"] else { Issue.record("no events"); return }
            let clients = all.filter { ["DOB_CHECK", "VR_INTERACTION", "TABLET_CHOICE"].contains($0["type"]?.string) }
            #expect(clients.count == 4)
            #expect(clients.allSatisfy { $0["eventId"]?.string?.isEmpty == false })
            // After the end, REST gives the same answers.
            let late = try await post(
                [check("x", "1981-05-12"), check("d9", "yesterday"), check("d2", "1981-05-12")], to: created.sessionId,
                client)
            guard case .array(let results)? = late["results"] else { Issue.record("no results"); return }
            #expect(
                results.map { $0["code"]?.string ?? $0["status"]?.string } == [
                    "event_id_reused", "invalid_date", "duplicate",
                ])
        }

        // MARK: Visibility

        @Test func `too few points fail with the reason everywhere, and clients see no suspicions`() async throws {
            let batMan = try ScriptedHTTPServer { _ in .json("{}") }
            defer { batMan.stop() }
            let system = try await Self.system(exportTo: batMan.url + "/sessions")
            defer { system.stopSoon() }
            let client = Self.server(system, "client-key-000001")
            let viewer = Self.server(system, "viewer-key-000001")
            let admin = Self.server(system, "admin-key-0000001")
            let created = try await client.create(scenarioId: "fmc_resistant", traineeId: "FEW")
            let id = created.sessionId
            let result = try await Self.talk(
                ["Hello, safety is a big topic with these, isn't it?"], in: created,
                events: [0: [Self.event("t", "TABLET_CHOICE", ["question": "Q1"])]])
            let score = try #require(result.score)
            #expect(score.overall < 60)
            #expect(score.verdict == .failed)
            #expect(!score.findings.contains { $0.status == .suspected })

            let seen = try await viewer.session(id)
            #expect(seen["score"]?["verdict"] == "failed")
            #expect(seen["score"]?["passed"] == false)
            let reason = "\(score.overall) of 100 points; 60 are needed to pass."
            #expect(seen["score"]?["failReasons"]?[0]?.string == reason)
            #expect(seen["score"]?["facts"]?["turns"] == 1)
            #expect(seen["rules"]?["rulebook"]?.string == seen["score"]?["rulebook"]?.string)
            let statuses = { (record: JSONValue) -> Set<String> in
                guard case .array(let items)? = record["score"]?["findings"] else { return [] }
                return Set(items.compactMap { $0["status"]?.string })
            }
            let own = try await client.session(id)
            #expect(statuses(own).isSubset(of: ["violated", "satisfied", "dismissed", "disputed"]))
            #expect(own["score"]?["verdict"] == "failed")

            #expect(try await Self.report(of: id, viewer, in: system).contains(reason))
            #expect(try await Self.report(of: id, client, in: system).contains(reason))
            let listed = try await viewer.json("/api/dashboard?traineeId=FEW")
            #expect(listed["items"]?[0]?["verdict"] == "failed")
            #expect(listed["items"]?[0]?["passed"] == false)
            let export = try await admin.send("POST", "/api/sessions/\(id)/export")
            #expect((200...202).contains(export.status))
            try await eventually("BatMan has it") { !batMan.requests.isEmpty }
            let sent = try JSONDecoder().decode(JSONValue.self, from: try #require(batMan.requests.first).body)
            #expect(sent["score"]?["verdict"] == "failed")
            #expect(sent["score"]?["failReasons"]?[0]?.string == reason)
        }
    }
}
