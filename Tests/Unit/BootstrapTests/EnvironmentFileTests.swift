import Testing

@testable import Bootstrap

@Suite struct EnvironmentFileTests {
    @Test func `names, values, comments and quotes are parsed, and the last of several assignments wins`() {
        let text = """
            # a comment
            PORT=3001
              export LOG_LEVEL = debug
            QUOTED="with spaces = and more"
            SINGLE='#x'
            PORT=3002\r
            no assignment
            =nothing
            EMPTY=
            """
        #expect(
            EnvironmentFile.parsed(text) == [
                "PORT": "3002", "LOG_LEVEL": "debug", "QUOTED": "with spaces = and more", "SINGLE": "#x", "EMPTY": "",
            ])
    }

    @Test func `a missing file is empty`() throws {
        #expect(try EnvironmentFile.read("/nonexistent/.env").isEmpty)
    }

    @Test(arguments: [
        ("relay-1", "relay-1"), ("../../etc", "-.-..-etc"), ("a b/c", "a-b-c"), (".hidden", "-hidden"), ("ž", "--"),
    ])
    func `an instance's name is safe as a file name`(given: String, expected: String) {
        let name = CommonSettings.instanceName(given)
        #expect(name == expected)
        #expect(!name.contains("/") && !name.hasPrefix("."))
    }
}
