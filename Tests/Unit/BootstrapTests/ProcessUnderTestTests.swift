import Foundation
import TestSupport
import Testing

@Suite struct ProcessUnderTestTests {
    @Test func `a program that does not handle signals receives them`() async throws {
        let folder = try TestFolders.temporary()
        let process = try ProcessUnderTest(
            "sleep", executable: URL(filePath: "/bin/sleep"), arguments: ["60"], log: folder.appending(path: "log"))
        process.signal(SIGTERM)
        #expect(try await process.exitCode(within: .seconds(5)) == -SIGTERM)
    }
}
