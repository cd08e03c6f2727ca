import Domain
import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Mistakes that only the real processes can see: `--doctor` says what is wrong and what to do.
    @Suite struct DoctorTests {
        private static func ask(_ service: ServiceName, _ environment: [String: String]) async throws -> (
            code: Int32, lines: [Substring]
        ) {
            let folder = try TestFolders.temporary()
            let basis = [
                "SOCKET_DIR": folder.appending(path: "s").path, "DATA_DIR": folder.appending(path: "d").path,
                "JOURNAL_DIR": folder.appending(path: "j").path,
                "PERSONAS_DIR": TestFolders.package.path + "/Shared/Personas", "HOST": "127.0.0.1",
                "OPENAI_API_KEY": "sk-test-1234567890", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
                "MONGODB_URI": "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=300",
            ]
            let process = try ProcessUnderTest(
                service.rawValue, executable: TestFolders.binaries.appending(path: service.rawValue),
                arguments: ["--doctor"], environment: basis.merging(environment) { $1 }, folder: folder,
                log: folder.appending(path: "log"))
            let code = try await process.exitCode(within: .seconds(60))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["log"], "it changes nothing")
            return (code, process.output.split(separator: "\n"))
        }

        @Test func `mistakes are found by the process that would fail, with what to do`() async throws {
            let taken = try ScriptedHTTPServer { _ in
                .json(#"{"error":{"message":"no","code":"invalid_api_key"}}"#, status: 401)
            }
            defer { taken.stop() }
            let refusing = ["OPENAI_BASE_URL": taken.url + "/v1"]
            async let gateway = Self.ask(.gateway, ["PORT": "\(taken.port)", "API_KEYS": "a:admin:short"])
            async let relay = Self.ask(.relay, refusing)
            async let scoring = Self.ask(.scoring, refusing)
            async let supervisor = Self.ask(.supervisor, [:])
            async let reports = Self.ask(.reports, ["FONT_DIR": "/nonexistent"])
            for (code, lines, expected) in [
                (try await gateway.code, try await gateway.lines, ["WRONG PORT", "WRONG database", "LOOK  API_KEYS"]),
                (try await relay.code, try await relay.lines, ["WRONG upstream: the voice service refuses"]),
                (try await scoring.code, try await scoring.lines, ["WRONG OPENAI_API_KEY: is refused"]),
                (try await supervisor.code, try await supervisor.lines, ["WRONG OPENAI_BASE_URL"]),
                (try await reports.code, try await reports.lines, ["WRONG FONT_DIR"]),
            ] {
                #expect(code == 1, "\(lines)")
                for line in expected { #expect(lines.contains { $0.hasPrefix(line) }, "\(line): \(lines)") }
                #expect(lines.allSatisfy { !$0.contains("sk-test-1234567890") })
                #expect(lines.contains { $0.hasPrefix("ok    settings") }, "\(lines)")
            }
        }
    }
}
