import Domain
import Testing

struct IdentifiersTests {
    @Test(arguments: ["BAT-001", "BAT-999999999", "AB-123", "ABCDEFGH-0001"])
    func `a session id is two to eight capitals, a hyphen and three to nine digits`(text: String) {
        #expect(SessionID(text)?.text == text)
    }

    @Test(arguments: [
        "", "BAT", "BAT-", "BAT-01", "BAT-1234567890", "bat-001", "B-001", "ABCDEFGHI-001", "BAT-001/..", "../BAT-001",
        "BAT-001\u{0}", "BAT-٠٠١", "BAT--001", "BAT-001-2", " BAT-001", "BÁT-001",
    ])
    func `any other text is no session id`(text: String) {
        #expect(SessionID(text) == nil)
    }

    @Test(arguments: [
        (1, "BAT-001"), (42, "BAT-042"), (999, "BAT-999"), (1000, "BAT-1000"), (999_999_999, "BAT-999999999"),
    ])
    func `the number of a session becomes its id`(number: Int, text: String) {
        #expect(SessionID(number: number)?.text == text)
    }

    @Test(arguments: [0, -1, 1_000_000_000, Int.max, Int.min])
    func `a number out of range has no id`(number: Int) {
        #expect(SessionID(number: number) == nil)
    }

    @Test func `a socket path that is too long for the kernel is refused`() throws {
        let sockets = SocketDirectory(root: "/" + String(repeating: "d", count: 100))
        #expect(throws: SocketDirectory.PathTooLong.self) { try sockets.socket(of: .relay, instance: "a") }
        #expect(try SocketDirectory(root: "/run/bat").socket(of: .relay, instance: "a") == "/run/bat/relay/a.sock")
    }
}
