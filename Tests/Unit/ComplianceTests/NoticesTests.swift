import Domain
import Foundation
import TestSupport
import Testing

@testable import Compliance

struct NoticesTests {
    @Test func `every language of the rules has its notice`() throws {
        let notices = try Notices(directory: TestFolders.package.appending(path: "Shared/Personas").path)
        #expect(notices.languages == ["cs", "de", "el", "en"])
        for language in notices.languages {
            let notice = try #require(notices[language])
            #expect(notice.language == language && notice.version >= 1)
            #expect(notice.text.contains("\n\n") && !notice.text.contains("\n\n\n"))
        }
        #expect(notices["cs_CZ"]?.language == "cs")
        #expect(notices["c"] == nil && notices[""] == nil && notices["-"] == nil)
        #expect(notices.notice(in: []).language == "en")
        #expect(notices.notice(in: ["xx", "el", "cs"]).language == "el")
    }

    @Test(arguments: [
        ([:], "notices/en.yaml: is missing"), (["cs": "version: 1\ntext: Ahoj"], "notices/en.yaml: is missing"),
        (["en": "version: 0\ntext: Hello"], "notices/en.yaml: version is below 1"),
        (["en": "version: 1\ntext: ' '"], "notices/en.yaml: text is empty"),
        (["en": "text: Hello"], "notices/en.yaml: version is missing"),
        (["en": "version: 1\ntext: Hello", "czech": "version: 1\ntext: Ahoj"], "notices/czech.yaml: is not named"),
        (["en": "version: 1\ntext: " + String(repeating: "a", count: 2_001)], "notices/en.yaml: text is longer"),
        (["en": String(repeating: "#", count: 9_000)], "notices/en.yaml: cannot be read"),
    ])
    func `a file that cannot be used is refused by its name`(files: [String: String], reason: String) throws {
        let folder = try TestFolders.temporary("notices")
        let notices = folder.appending(path: "notices")
        try FileManager.default.createDirectory(at: notices, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: notices.appending(path: "\(name).yaml")) }
        do {
            _ = try Notices(directory: folder.path)
            Issue.record("nothing was refused")
        } catch {
            #expect("\(error)".hasPrefix(reason), "\(error)")
        }
    }
}
