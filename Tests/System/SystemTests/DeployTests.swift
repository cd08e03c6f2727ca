import Domain
import Foundation
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// `deploy/up` as an operator uses it.
    @Suite struct DeployTests {
        private static func up(_ environment: [String: String] = [:]) throws -> (ProcessUnderTest, URL, String) {
            let folder = try TestFolders.temporary()
            let port = try FreePort.next()
            let sockets = folder.appending(path: "s").path
            let process = try ProcessUnderTest(
                "up", executable: TestFolders.package.appending(path: "deploy/up"), arguments: ["--no-build"],
                environment: [
                    "BUILD_CONFIGURATION": TestFolders.binaries.lastPathComponent, "PORT": "\(port)",
                    "SOCKET_DIR": sockets, "DATA_DIR": folder.appending(path: "data").path,
                    "JOURNAL_DIR": folder.appending(path: "journal").path,
                ].merging(environment) { _, given in given },
                folder: TestFolders.package, log: folder.appending(path: "log"))
            return (process, folder, "http://127.0.0.1:\(port)")
        }

        @Test(arguments: [SIGINT, SIGTERM])
        func `everything is ready in under five seconds, and a signal leaves no process and no socket`(signal: Int32)
            async throws
        {
            let began = ContinuousClock.now
            let (process, folder, address) = try Self.up()
            try await eventually("deploy/up is ready", within: .seconds(30)) {
                guard process.isRunning else { throw NeverHappened(description: process.output) }
                return process.output.contains("ready \(address)")
            }
            let took = ContinuousClock.now - began
            #expect(took < .seconds(5), "ready after \(took)")
            let health = try await TrainingServer(address: address).health()
            #expect(health["simulated"]?.bool == true)

            let stopped = ContinuousClock.now
            process.signal(signal)
            #expect(try await process.exitCode(within: .seconds(20)) == 0)
            #expect(ContinuousClock.now - stopped < .seconds(15))
            let left = try await Shell.run(
                "sh", "-c", "grep -lz '^SOCKET_DIR=\(folder.path)/s$' /proc/[0-9]*/environ 2>/dev/null | wc -l")
            #expect(left.trimmingCharacters(in: .whitespacesAndNewlines) == "0")
            let sockets = try await Shell.run("find", folder.appending(path: "s").path, "-type", "s")
            #expect(sockets.isEmpty)
        }

        @Test func `a process that dies is restarted`() async throws {
            let (process, folder, address) = try Self.up()
            try await eventually("deploy/up is ready", within: .seconds(30)) {
                process.output.contains("ready \(address)")
            }
            let before = try await Self.gateway(folder)
            kill(before, SIGKILL)
            try await eventually("the gateway is back", within: .seconds(15)) {
                guard let now = try? await Self.gateway(folder), now != before else { return false }
                return (try? await TrainingServer(address: address).health()) != nil
            }
            process.signal(SIGTERM)
            #expect(try await process.exitCode(within: .seconds(20)) == 0)
        }

        @Test func `a failed start is one clear line and an exit code`() async throws {
            let (process, _, _) = try Self.up(["MAX_SESSIONS": "many"])
            #expect(try await process.exitCode(within: .seconds(30)) == 1)
            let complaint = process.output.split(separator: "\n").filter { $0.hasPrefix("deploy/up:") }
            #expect(complaint.count == 1)
            #expect(complaint.first?.contains("MAX_SESSIONS") == true, "\(process.output)")
        }

        private static func gateway(_ folder: URL) async throws -> Int32 {
            let found = try await Shell.run(
                "sh", "-c",
                "grep -lz '^SOCKET_DIR=\(folder.path)/s$' /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | while read p; do [ \"$(cat /proc/$p/comm)\" = gateway ] && echo $p; done; true"
            )
            guard let pid = Int32(found.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw NeverHappened(description: "one gateway, but: \(found)")
            }
            return pid
        }
    }
}
