import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// The clients of `Docs/Examples`, as a developer would run them.
    @Suite struct ExampleTests {
        private static let examples = TestFolders.package.appending(path: "Docs/Examples")

        /// Whether a command can be run and succeeds.
        private static func succeeds(_ command: String, _ arguments: String...) -> Bool {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [command] + arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            do { try process.run() } catch { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }

        static let hasNode = succeeds(
            "node", "--experimental-websocket", "-e", "if (!globalThis.WebSocket) process.exit(1)")
        static let hasMono = succeeds("mcs", "--version") && succeeds("mono", "--version")

        private static func run(_ arguments: String..., in folder: URL) async throws -> String {
            let process = try ProcessUnderTest(
                arguments.first ?? "", executable: URL(filePath: "/usr/bin/env"), arguments: arguments,
                folder: folder, log: folder.appending(path: "\(UUID().uuidString).log"))
            let code = try await process.exitCode(within: .seconds(60))
            #expect(code == 0, "\(process.output)")
            return process.output
        }

        private static func system() async throws -> RunningSystem {
            var options = RunningSystem.Options()
            options.environment = ["AUDIO_RATE": "0", "SUPERVISOR_DEBOUNCE_MS": "200"]
            options.simulatorArguments = ["--pace", "20", "--latency", "50"]
            return try await RunningSystem.start(options)
        }

        private static func expectCall(_ output: String) {
            for expected in [
                "TRAINEE Good afternoon!", "TRAINEE And what bothers you", "AVATAR ", " 0 events left over",
            ] {
                #expect(output.contains(expected), "\(expected) is missing in: \(output)")
            }
            #expect(output.contains(/[1-9]\d* ms of the customer's voice/), "\(output)")
            #expect(output.contains(/\d+ points/), "\(output)")
            #expect(!output.contains("error "), "\(output)")
        }

        @Test(.enabled(if: hasNode, "node with WebSocket is not installed"))
        func `the client in JavaScript holds a call, over a lost connection, to its score`() async throws {
            let system = try await Self.system()
            defer { system.stopSoon() }
            let script = Self.examples.appending(path: "client.mjs").path
            let output = try await Self.run(
                "node", "--experimental-websocket", "--no-warnings", script, system.url.absoluteString,
                in: system.folder)
            Self.expectCall(output)
            #expect(output.contains("closed with 1000"), "\(output)")
        }

        @Test(.enabled(if: hasMono, "mono is not installed: deploy/setup installs it"))
        func `the client in C# is compiled and holds a call to its score`() async throws {
            let system = try await Self.system()
            defer { system.stopSoon() }
            let source = Self.examples.appending(path: "Client.cs").path
            _ = try await Self.run(
                "mcs", "-warnaserror", "-r:System.Runtime.Serialization.dll", "-out:Client.exe", source,
                in: system.folder)
            Self.expectCall(
                try await Self.run("mono", "Client.exe", system.url.absoluteString, in: system.folder))
        }
    }
}
