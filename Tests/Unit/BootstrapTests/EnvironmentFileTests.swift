import Foundation
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

    /// What other tools write, and what they make of it.
    static let file = [
        "\u{FEFF}FIRST=with a byte order mark",
        "COMMENT=value # a comment",
        "TABBED=value\t# a comment",
        "HASH=value#no comment",
        "ONLY= # a comment",
        "COLOUR=#fff",
        "  export   EXPORTED =  spaces around  \r",
        "exported=small letters",
        #"QUOTED="a # b" # a comment"#,
        "SINGLE='c # d\\n'  # a comment",
        #"ESCAPED="line\nend \"quoted\" \\ \q""#,
        #"EMPTY="" # a comment"#,
        #"OPEN="no end"#,
        #"BEHIND="a"b"#,
        #"INSIDE=a "b" c"#,
        "PASSWORD=p$ss=wörd",
        "KEY=\"-----BEGIN KEY-----",
        "abc=",
        "-----END KEY-----\"",
        "# NOT=this",
        "no assignment",
        "two words=no name",
        "LAST=1",
        "LAST=2",
    ].joined(separator: "\n")

    @Test func `a file is read as other tools read it`() {
        #expect(
            EnvironmentFile.parsed(Self.file) == [
                "FIRST": "with a byte order mark", "COMMENT": "value", "TABBED": "value", "HASH": "value#no comment",
                "ONLY": "", "COLOUR": "#fff", "EXPORTED": "spaces around", "exported": "small letters",
                "QUOTED": "a # b", "SINGLE": #"c # d\n"#, "ESCAPED": "line\nend \"quoted\" \\ \\q", "EMPTY": "",
                "OPEN": #""no end"#, "BEHIND": #""a"b"#, "INSIDE": #"a "b" c"#, "PASSWORD": "p$ss=wörd",
                "KEY": "-----BEGIN KEY-----\nabc=\n-----END KEY-----", "LAST": "2",
            ])
    }

    @Test func `CRLF ends a line`() {
        #expect(EnvironmentFile.parsed("\u{FEFF}A=1\r\nB=\"2\"\r\n\r\nC=3 # x\r\n") == ["A": "1", "B": "2", "C": "3"])
    }

    @Test func `a missing file is empty`() throws {
        #expect(try EnvironmentFile.read("/nonexistent/.env").isEmpty)
    }

    @Test func `an instance can be named after its host alone, so that a restart keeps the name`() {
        let host = CommonSettings.instanceName("%H")
        #expect(host == CommonSettings.instanceName(ProcessInfo.processInfo.hostName))
        #expect(
            CommonSettings.instanceName("a-%H") == CommonSettings.instanceName("a-" + ProcessInfo.processInfo.hostName))
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
