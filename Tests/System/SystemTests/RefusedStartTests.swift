import Domain
import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// A service that cannot start reports why in one line, with a matching exit code.
    @Suite struct RefusedStartTests {
        private static func start(_ service: ServiceName, _ environment: [String: String]) async throws -> (
            code: Int32, log: String
        ) {
            let folder = try TestFolders.temporary()
            let basis = [
                "SOCKET_DIR": folder.appending(path: "s").path, "DATA_DIR": folder.appending(path: "d").path,
                "JOURNAL_DIR": folder.appending(path: "j").path,
                "PERSONAS_DIR": TestFolders.package.path + "/Shared/Personas",
                "OPENAI_API_KEY": "sk-test", "PORT": "0", "HOST": "127.0.0.1", "LOG_FORMAT": "json",
            ]
            let process = try ProcessUnderTest(
                service.rawValue, executable: TestFolders.binaries.appending(path: service.rawValue),
                environment: basis.merging(environment) { _, given in given }, folder: folder,
                log: folder.appending(path: "log"))
            let code = try await process.exitCode(within: .seconds(30))
            return (code, process.output)
        }

        private static func criticals(_ log: String) -> [Substring] {
            log.split(separator: "\n").filter { $0.contains(#""level":"critical""#) }
        }

        @Test(arguments: [
            (ServiceName.relay, ["OPENAI_API_KEY": ""], "OPENAI_API_KEY"),
            (.supervisor, ["OPENAI_API_KEY": ""], "OPENAI_API_KEY"),
            (.scoring, ["OPENAI_API_KEY": ""], "OPENAI_API_KEY"),
            (.relay, ["OPENAI_API_KEY": "sk-..."], "OPENAI_API_KEY"),
            (.gateway, ["PORT": "http"], "PORT"),
            (.gateway, ["HOST": "0.0.0.0"], "API_KEYS"),
            (.relay, ["MAX_SESSIONS": "-1"], "MAX_SESSIONS"),
            (.relay, ["REALTIME_DIALECT": "gamma"], "REALTIME_DIALECT"),
            (.scoring, ["MONGODB_URI": "postgres://x"], "MONGODB_URI"),
            (.reports, ["BATMAN_API_URL": "ftp://x"], "BATMAN_API_URL"),
            (.supervisor, ["LOG_LEVEL": "loud"], "LOG_LEVEL"),
            (.relay, ["CA_FILE": "/nonexistent.pem"], "CA_FILE"),
            (.reports, ["https_proxy": "socks5://proxy:1080"], "HTTPS_PROXY"),
        ])
        func `a refused configuration is one line and exit code 78`(
            service: ServiceName, environment: [String: String], named: String
        ) async throws {
            let (code, log) = try await Self.start(service, environment)
            #expect(code == 78, "\(log)")
            let lines = Self.criticals(log)
            #expect(lines.count == 1, "\(log)")
            #expect(lines.first?.contains(named) == true, "\(log)")
        }

        @Test func `a key of another certificate is one line and exit code 78`() async throws {
            let authority = try TestAuthority()
            let (own, other) = (try authority.identity(for: "a.test"), try authority.identity(for: "a.test"))
            let (code, log) = try await Self.start(.gateway, ["TLS_CERT": own.certificate, "TLS_KEY": other.key])
            #expect(code == 78, "\(log)")
            #expect(Self.criticals(log).count == 1, "\(log)")
            #expect(Self.criticals(log).first?.contains("TLS_KEY does not belong") == true, "\(log)")
        }

        @Test func `a taken port is one line and exit code 1`() async throws {
            let holder = try ScriptedHTTPServer { _ in .json("{}") }
            defer { holder.stop() }
            let (code, log) = try await Self.start(.gateway, ["PORT": "\(holder.port)"])
            #expect(code == 1, "\(log)")
            #expect(Self.criticals(log).count == 1, "\(log)")
        }

        @Test func `a socket path that is too long is one line and an exit code`() async throws {
            let (code, log) = try await Self.start(
                .supervisor, ["SOCKET_DIR": "/tmp/" + String(repeating: "x", count: 120)])
            #expect(code == 78 || code == 1, "\(log)")
            #expect(Self.criticals(log).count == 1, "\(log)")
            #expect(log.contains("socket path"), "\(log)")
        }
    }
}
