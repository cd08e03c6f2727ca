import Domain
import Foundation
import TestSupport
import Testing
import TrainingClient

extension SystemTests {
    /// What we send to OpenAI, checked against the types of its official SDK.
    @Suite struct UpstreamEventsTests {
        @Test(arguments: ["ga", "beta"])
        func `every event sent upstream is valid for the official SDK, and the session is configured first`(
            dialect: String
        ) async throws {
            var options = RunningSystem.Options()
            let log = try TestFolders.temporary()
            options.simulatorArguments = ["--log", log.path]
            options.environment = ["REALTIME_DIALECT": dialect, "SUPERVISOR_DEBOUNCE_MS": "300"]
            let system = try await RunningSystem.start(options)
            defer { system.stopSoon() }
            let server = TrainingServer(address: system.url.absoluteString)
            let created = try await server.create(scenarioId: "fmc_resistant", traineeId: "SDK")
            let result = try await system.hold(
                [
                    "Good afternoon! What do you smoke?", "What bothers you about it?",
                    "May I see your date of birth please?",
                ],
                in: created)
            #expect(result.score != nil, "\(system.tail)")

            let events = try UpstreamLog.events(in: log)
            let types = events.compactMap { $0["type"]?.string }
            #expect(types.first == "session.update")
            #expect(types.contains("input_audio_buffer.append"))
            #expect(types.contains("conversation.item.create"), "the supervisor's state was never injected")
            let encoder = JSONEncoder()
            let lines = try events.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
            _ = try await Shell.run(
                TestFolders.package.appending(path: ".build-venv/bin/python").path,
                TestFolders.package.appending(path: "Tests/System/SystemTests/Scripts/validate_realtime_events.py")
                    .path,
                dialect,
                input: Data((lines.joined(separator: "\n") + "\n").utf8))
        }
    }
}

/// The simulator's log of the events it received: a file per Realtime session and one for the chat completions.
enum UpstreamLog {
    static func events(in folder: URL) throws -> [JSONValue] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("sess_") }
            .flatMap { try String(contentsOf: $0, encoding: .utf8).split(separator: "\n") }
            .map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
    }
}
