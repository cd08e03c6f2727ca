import Foundation
import TestSupport
import Testing

@testable import Chaos

/// A short campaign with everything that the tool can do to an installation. A long one is run by hand: `deploy/chaos`.
@Suite(.serialized) struct ChaosSystemTests {
    /// Calls that are under way when the time is up are brought to their end, and a score may take its time.
    private static let patience = Duration.seconds(420)

    @Test func `killed, stopped and restarted at random, nothing is lost, doubled or stuck`() async throws {
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
