import Foundation
import TestSupport
import Testing

/// Behavior common to all processes, tested on the supervisor unless stated otherwise: it needs neither database nor
/// network to start.
@Suite struct ProcessSkeletonTests {
    private let folder: URL

    init() throws {
        folder = try TestFolders.temporary()
    }

    private var socket: String { folder.appending(path: "s/supervisor/one.sock").path }

    private func start(
        _ arguments: [String] = [], _ environment: [String: String] = [:], service: String = "supervisor"
    ) throws -> ProcessUnderTest {
        try ProcessUnderTest(
            service, executable: TestFolders.binaries.appending(path: service), arguments: arguments,
            environment: [
                "OPENAI_API_KEY": "sk-test", "SOCKET_DIR": folder.appending(path: "s").path, "INSTANCE_ID": "one",
                "PERSONAS_DIR": TestFolders.package.appending(path: "Shared/Personas").path,
            ].merging(environment) { _, given in given },
            folder: folder, log: folder.appending(path: "log-\(UInt32.random(in: .min ... .max))"))
    }

    private func listening(_ process: ProcessUnderTest) async throws {
        try await eventually("the process listens") {
            guard process.isRunning else { throw NeverHappened(description: process.output) }
            return (try? LoopbackSocket.connected(path: socket)).map { close($0) } == 0
        }
    }

    @Test func `help lists every setting with default and meaning`() async throws {
        let process = try start(["--help"])
        #expect(try await process.exitCode() == 0)
        for text in [
            "SOCKET_DIR", "LOG_LEVEL", "OPENAI_API_KEY (or OPENAI_API_KEY_FILE)", "[required]", "SUPERVISOR_MODEL",
            "[default: gpt-6-luna]",
        ] {
            #expect(process.output.contains(text))
        }
        #expect(process.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let version = try start(["--version"])
        #expect(try await version.exitCode() == 0)
        #expect(version.output.first?.isNumber == true)
    }

    @Test(arguments: [
        ["OPENAI_API_KEY": ""], ["OPENAI_API_KEY": "sk-..."], ["LOG_LEVEL": "loud"], ["LEGAL_AGE": "young"],
        ["SUPERVISOR_DEBOUNCE_MS": "-1"], ["OPENAI_BASE_URL": "api.openai.com"],
    ])
    func `a refused configuration is one line and exit code 78`(environment: [String: String]) async throws {
        let process = try start([], environment)
        #expect(try await process.exitCode() == 78)
        let lines = process.output.split(separator: "\n")
        #expect(lines.count == 1)
        let object = try JSONSerialization.jsonObject(with: Data(process.output.utf8)) as? [String: Any]
        #expect(object?["level"] as? String == "critical")
        let name = try #require(environment.keys.first)
        #expect((object?["error"] as? String)?.hasPrefix("\(name) ") == true)
    }

    @Test(arguments: ["gateway", "relay", "scoring", "reports"])
    func `an unusable database address is a refused configuration`(service: String) async throws {
        let process = try start([], ["MONGODB_URI": "mongodb://user:password@host:port/name"], service: service)
        #expect(try await process.exitCode() == 78)
        #expect(process.output.contains("MONGODB_URI cannot be used: "))
        #expect(!process.output.contains("password"))
    }

    @Test func `a .env file is read and the environment wins`() async throws {
        try "LOG_LEVEL=loud\n".write(to: folder.appending(path: ".env"), atomically: true, encoding: .utf8)
        #expect(try await start().exitCode() == 78)
        let process = try start([], ["LOG_LEVEL": "info"])
        try await listening(process)
        await process.stop()
    }

    @Test func `a socket path that is too long or taken is one critical line and exit code 1`() async throws {
        let long = try start(
            [],
            [
                "INSTANCE_ID": String(repeating: "x", count: 64),
                "SOCKET_DIR": folder.path + String(repeating: "y", count: 60),
            ])
        #expect(try await long.exitCode() == 1)
        #expect(long.output.contains("at most 107 are possible"))
        let first = try start()
        try await listening(first)
        let second = try start()
        #expect(try await second.exitCode() == 1)
        #expect(second.output.split(separator: "\n").filter { $0.contains(#""level":"critical""#) }.count == 1)
        #expect(second.output.contains("another process serves"))
        await first.stop()
    }

    @Test(arguments: [SIGTERM, SIGINT]) func `a signal stops it cleanly and removes its socket`(number: Int32)
        async throws
    {
        let process = try start()
        try await listening(process)
        #expect(await LoopbackSocket.get("/readyz", on: try LoopbackSocket.connected(path: socket)).status == 200)
        process.signal(number)
        #expect(try await process.exitCode(within: .seconds(5)) == 0)
        #expect(!FileManager.default.fileExists(atPath: socket))
    }

    @Test func `--healthy asks the process that runs with the same settings`() async throws {
        func health(_ environment: [String: String] = [:]) async throws -> (code: Int32, output: String) {
            let process = try start(["--healthy"], environment)
            return (try await process.exitCode(), process.output)
        }
        let before = try await health()
        #expect(before.code == 1)
        #expect(before.output == "supervisor: no socket in \(folder.path)/s/supervisor\n")
        let process = try start()
        try await listening(process)
        // It needs none of the other settings.
        let alive = try await health(["OPENAI_API_KEY": ""])
        #expect(alive.code == 0 && alive.output.isEmpty)
        #expect(try await health(["INSTANCE_ID": "two"]).code == 1)
        process.signal(SIGSTOP)
        let paused = try await health()
        #expect(paused.code == 1)
        #expect(paused.output.contains("no answer within 2 s"))
        process.signal(SIGCONT)
        process.signal(SIGKILL)
        try await process.exitCode()
        #expect(try await health().output.contains("Connection refused"))
    }

    @Test func `without INSTANCE_ID --healthy is content with any process of this host`() async throws {
        let process = try start([], ["INSTANCE_ID": ""])
        try await eventually("a socket") {
            let names = try? FileManager.default.contentsOfDirectory(
                atPath: folder.appending(path: "s/supervisor").path)
            return names?.contains { $0.hasSuffix(".sock") } ?? false
        }
        try await eventually("health") {
            try await start(["--healthy"], ["INSTANCE_ID": ""]).exitCode() == 0
        }
        await process.stop()
    }

    @Test func `after a kill it starts again despite the socket file that was left`() async throws {
        let killed = try start()
        try await listening(killed)
        killed.signal(SIGKILL)
        #expect(try await killed.exitCode() == -SIGKILL)
        #expect(FileManager.default.fileExists(atPath: socket))
        let next = try start()
        try await listening(next)
        await next.stop()
    }

    @Test func `every log line is a JSON object that names the process`() async throws {
        let process = try start([], ["LOG_LEVEL": "trace"])
        try await listening(process)
        process.signal(SIGTERM)
        try await process.exitCode()
        for line in process.output.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["process"] as? String == "supervisor")
            #expect(object?["instance"] as? String == "one")
            #expect(object?["ts"] is String && object?["msg"] is String)
        }
        #expect(!process.output.contains("sk-test"))
    }
}
