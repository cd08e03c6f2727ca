import Foundation
import TestSupport
import Testing

@testable import Chaos

/// A short campaign with most of the faults that the tool can inject. For a long one, run `deploy/chaos` manually.
@Suite(.serialized) struct ChaosSystemTests {
    /// Calls in progress at the end of the run are completed, and scoring may take long.
    private static let patience = Duration.seconds(420)

    @Test func `nothing is lost, doubled or stuck when processes are killed, stopped and restarted`() async throws {
        let folder = try TestFolders.temporary("chaos")
        let file = folder.appending(path: "report.json")
        let chaos = try ProcessUnderTest(
            "chaos", executable: TestFolders.binaries.appending(path: "chaos"),
            arguments: [
                "--sessions", "8", "--minutes", "0.8", "--seed", "11", "--interval", "3", "--json", file.path,
                "--faults", "kill,kill2,stop,term,database,cut,sockets",
            ], folder: folder, log: folder.appending(path: "log"))
        let code = try await chaos.exitCode(within: Self.patience)
        #expect(code == 0, "\(chaos.output)")
        let report = try JSONDecoder().decode(Report.self, from: Data(contentsOf: file))
        #expect(report.flaws.filter { $0.kind != .unexpected } == [], "\(chaos.output)")
        #expect(report.calls >= 8)
        #expect(report.acknowledgedEvents > 20)
        #expect(report.faults.count >= 3)
    }
}
