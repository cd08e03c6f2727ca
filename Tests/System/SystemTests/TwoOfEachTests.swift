import Domain
import Foundation
import HTTPClient
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// There is no registration: a second process of a service is found by its socket.
    @Suite struct TwoOfEachTests {
        private static let lines = [
            "Good afternoon, may I ask you what you smoke?",
            "Before I show you anything, may I see your date of birth?",
        ]

        @Test func `two of each share the work, and the remaining one of each does all of it alone`() async throws {
            var options = RunningSystem.Options()
            options.counts = Dictionary(uniqueKeysWithValues: ServiceName.allCases.map { ($0, $0 == .gateway ? 1 : 2) })
            let collector = try ScriptedHTTPServer { _ in .json("{}") }
            defer { collector.stop() }
            options.environment = ["SUPERVISOR_DEBOUNCE_MS": "200", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let port = try FreePort.next()
            try system.launch(.gateway, instance: "2", environment: ["PORT": "\(port)"])
            try await eventually("the second gateway is ready", within: .seconds(30)) {
                guard let descriptor = try? LoopbackSocket.connected(port: port) else { return false }
                return await LoopbackSocket.get("/readyz", on: descriptor).status == 200
            }
            let gateways = [
                TrainingServer(address: system.url.absoluteString), TrainingServer(address: "http://127.0.0.1:\(port)"),
            ]

            // Each session is created at one gateway and joined through the other.
            let ids = try await withThrowingTaskGroup(of: SessionID.self) { group in
                for number in 0..<8 {
                    group.addTask { [gateways] in
                        var created = try await gateways[number % 2].create(
                            scenarioId: "fmc_resistant", traineeId: "REP_\(number)")
                        let (own, other) = number % 2 == 0 ? (system.url.port ?? 0, port) : (port, system.url.port ?? 0)
                        created.wsUrl = created.wsUrl.replacing(":\(own)/", with: ":\(other)/")
                        let result = try await system.hold(Self.lines, in: created)
                        #expect(result.score != nil, "\(created.sessionId): \(result.scoreError ?? "no score")")
                        return created.sessionId
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for instance in ["1", "2"] {
                let log = system.process(.relay, instance)?.output ?? ""
                #expect(ids.contains { log.contains("\"\($0)\"") }, "relay.\(instance) had no session")
                let judged = await system.metric("bat_supervisor_eval_seconds_count", of: .supervisor, instance)
                #expect(judged > 0, "supervisor.\(instance) judged nothing")
            }
            for id in ids {
                try await eventually("\(id) is filed") {
                    try await gateways[1].session(id)["dataFilesWritten"]?.bool == true
                }
                #expect(try await gateways[0].session(id)["score"]?["overall"]?.number != nil)
            }

            try await Self.checkMetrics(system, gateways[0])
            try await Self.checkTraces(collector)

            for service in ServiceName.allCases where service != .gateway {
                await system.process(service, "1")?.stop()
            }
            let created = try await gateways[1].create(scenarioId: "fmc_resistant", traineeId: "LATER")
            let result = try await system.hold(Self.lines, in: created)
            #expect(result.score != nil, "the ones that are left do it all: \(system.tail)")
        }

        /// One trace for each call, over all five processes, without a word of anybody.
        private static func checkTraces(_ collector: ScriptedHTTPServer) async throws {
            func items(_ value: JSONValue?) -> [JSONValue] {
                if case .array(let items)? = value { items } else { [] }
            }
            func traces() throws -> [String: Set<String>] {
                var services: [String: Set<String>] = [:]
                for request in collector.requests where request.target == "/v1/traces" {
                    let part = try JSONDecoder().decode(JSONValue.self, from: request.body)["resourceSpans"]?[0]
                    let names = items(part?["resource"]?["attributes"]).compactMap { attribute in
                        attribute["key"] == "service.name" ? attribute["value"]?["stringValue"]?.string : nil
                    }
                    for span in items(part?["scopeSpans"]?[0]?["spans"]) {
                        services[span["traceId"]?.string ?? "", default: []].formUnion(names)
                    }
                }
                return services
            }
            let all = Set(ServiceName.allCases.map { "bat-\($0.rawValue)" })
            try await eventually("eight traces over five processes", within: .seconds(20)) {
                try traces().values.filter { $0 == all }.count == 8
            }
            #expect(try traces().count == 8)
            let everything = collector.requests.map { String(decoding: $0.body, as: UTF8.self) }.joined()
            for name in ["gen_ai.request.model", "gen_ai.usage.input_tokens", "wait for answer", "evaluation", "score"]
            {
                #expect(everything.contains(name), "\(name)")
            }
            for word in ["afternoon", "birth", "REP_"] { #expect(!everything.contains(word), "\(word)") }
        }

        /// A gateway's page shows every process, and all that dashboards and alerts ask for.
        private static func checkMetrics(_ system: RunningSystem, _ gateway: TrainingServer) async throws {
            let answer = try await gateway.send("GET", "/metrics").expecting(200...200)
            let page = String(decoding: answer.body, as: UTF8.self)
            func sum(_ name: String, _ process: ServiceName) -> Double {
                page.split(separator: "\n").filter { $0.hasPrefix(#"\#(name){process="\#(process.rawValue)""#) }
                    .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
            }
            for service in ServiceName.allCases {
                #expect(sum("bat_process_up", service) == (service == .gateway ? 1 : 2), "\(service)")
            }
            #expect(sum("bat_answer_seconds_count", .relay) >= 8)
            #expect(sum("bat_end_to_score_seconds_count", .scoring) == 8)
            #expect(sum("bat_model_tokens_total", .supervisor) > 0)
            #expect(sum("bat_model_tokens_total", .relay) > 0)
            let file = system.folder.appending(path: "metrics")
            try Data(page.utf8).write(to: file)
            let report = try await Shell.run(
                "sh", "-c",
                "cd '\(TestFolders.package.path)' && .build-venv/bin/python deploy/check_monitoring.py '\(file.path)' || true"
            )
            #expect(report.contains(", 0 faults"), "\(report)")
        }
    }
}

extension RunningSystem {
    /// A metric of `/metrics`, summed over its labels; 0 if it does not exist.
    func metric(_ name: String, of service: ServiceName, _ instance: String) async -> Double {
        guard let path = try? sockets.socket(of: service, instance: instance),
            let descriptor = try? LoopbackSocket.connected(path: path)
        else { return 0 }
        let text = await LoopbackSocket.get("/metrics", on: descriptor).body
        return text.split(separator: "\n").filter { $0.hasPrefix(name) }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }
}
