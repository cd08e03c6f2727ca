import Foundation
import TestSupport
import Testing

@testable import Bootstrap

/// `deploy/processes.py`, which `deploy/up` runs.
@Suite struct StartScriptTests {
    /// - Returns: what the statements print. `sys`, `json` and what the script defines are imported.
    private func run(_ statements: String, _ arguments: String...) async throws -> String {
        let folder = try TestFolders.temporary()
        let process = try ProcessUnderTest(
            "python", executable: URL(filePath: "/usr/bin/python3"),
            arguments: [
                "-c",
                "import json, pathlib, sys, threading; sys.path.insert(0, 'deploy'); from processes import *\n"
                    + statements,
            ] + arguments, environment: ["LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"], folder: TestFolders.package,
            log: folder.appending(path: "log"))
        #expect(try await process.exitCode() == 0, "\(process.output)")
        return process.output
    }

    @Test func `it reads the settings file as the processes do`() async throws {
        let path = try TestFolders.temporary().appending(path: "env")
        try Data(EnvironmentFileTests.file.utf8).write(to: path)
        let output = try await run("print(json.dumps(dotenv(pathlib.Path(sys.argv[1]))))", path.path)
        let read = try JSONDecoder().decode([String: String].self, from: Data(output.utf8))
        #expect(read == EnvironmentFile.parsed(EnvironmentFileTests.file))
    }

    @Test func `lines that threads print concurrently stay whole`() async throws {
        let output = try await run(
            """
            def lines(letter):
                for length in range(2000): say(letter * (1 + length % 700))
            threads = [threading.Thread(target=lines, args=(letter,)) for letter in "abcdefgh"]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            """)
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count == 16_000)
        #expect(lines.allSatisfy { Set($0).count == 1 })
    }
}
