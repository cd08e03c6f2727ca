import Foundation
import TestSupport
import Testing

@testable import Bootstrap

/// `deploy/processes.py`, which `deploy/up` runs.
@Suite struct StartScriptTests {
    /// - Returns: what the statements print. `sys`, `json` and what the script defines are imported.
    private func run(
        _ statements: String, _ arguments: String..., python: String = "/usr/bin/python3"
    ) async throws -> String {
        let folder = try TestFolders.temporary()
        let process = try ProcessUnderTest(
            "python", executable: URL(filePath: python),
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

    @Test func `the doctor's script names settings that nobody reads, and leaves out what deploy/up brings`()
        async throws
    {
        let output = try await run(
            """
            from doctor import *
            for line in unknown_names({"OPENAI_API_KYE", "PORT", "MONGODB_URI_FILE", "X"}, {"OPENAI_API_KEY", "PORT", "MONGODB_URI"}):
                print(line)
            print(without_brought(["WRONG database: no", "ok    PORT: 1"], {}))
            print(without_brought(["WRONG database: no", "WRONG upstream: no"], {"MONGODB_URI": "m", "OPENAI_BASE_URL": "u"}))
            """)
        #expect(
            output.split(separator: "\n") == [
                "LOOK  .env: OPENAI_API_KYE is read by no process. Did you mean OPENAI_API_KEY?",
                "LOOK  .env: X is read by no process. Remove it, or look for its name in .env.example.",
                "['ok    PORT: 1']", "['WRONG database: no', 'WRONG upstream: no']",
            ])
    }

    @Test func `a query for a name, a label or a value that nobody shows is a fault`() async throws {
        let output = try await run(
            """
            import check_monitoring
            page = 'bat_x_bucket{process="relay",le="1"} 1\\nbat_x_count{process="relay"} 1\\n'
            check_monitoring.check_names([
                ("good", 'histogram_quantile(0.9, sum by (le, process) (rate(bat_x_bucket{process="relay"}[5m])))'),
                ("name", 'sum(bat_y)'), ("label", 'bat_x_count{colour="red"}'),
                ("value", 'bat_x_count{process="gateway"}'), ("group", 'sum by (colour) (bat_x_count)'),
            ], page)
            for fault in check_monitoring.faults: print(fault)
            """, python: TestFolders.package.appending(path: ".build-venv/bin/python").path)
        #expect(
            output.split(separator: "\n") == [
                "name: nobody shows bat_y", "label: bat_x_count has no label colour",
                "label: bat_x_count has no colour=red", "value: bat_x_count has no process=gateway",
                "group: no metric of sum by (colour) (bat_x_count) has the label colour",
            ])
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
