import Domain
import Foundation
import Logging
import TestSupport
import Testing

@testable import Bootstrap

/// Secrets that change while a process runs.
@Suite struct SecretWatchTests {
    private func context(_ environment: [String: String]) throws -> ServiceContext {
        try ServiceContext(
            service: .relay, config: Settings(environment: environment),
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func `another key in the file is used from then on`() throws {
        let file = try TestFolders.temporary("bat-secret").appending(path: "key")
        try Data("first\n".utf8).write(to: file)
        let context = try context(["OPENAI_API_KEY_FILE": file.path])
        let key = Secret(try context.config.value(of: SharedSettings.openAIKey))
        let watch = SecretWatch.openAIKey(key, in: context)
        #expect(watch.look() == nil && key.text == "first")
        try Data("second".utf8).write(to: file)
        #expect(watch.look() == nil && key.text == "second")
        // In the middle of an exchange there may be no file, or an empty one.
        try Data().write(to: file)
        #expect(watch.look() != nil && key.text == "second")
        try FileManager.default.removeItem(at: file)
        #expect(watch.look()?.contains("OPENAI_API_KEY_FILE") == true && key.text == "second")
    }

    @Test func `a process without a key stays without`() throws {
        let context = try context(["OPENAI_API_KEY": "sk"])
        let key = Secret("")
        #expect(SecretWatch.openAIKey(key, in: context).look() == nil && key.text.isEmpty)
    }

    @Test func `a secret does not show itself`() {
        #expect("\(Secret("sk-1"))" == "…")
    }
}
