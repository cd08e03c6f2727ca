import Testing

@testable import Bootstrap

@Suite struct RedactionTests {
    @Test(arguments: [
        ("key sk-proj-abcdEFGH1234_x used", "key sk-[redacted] used"),
        ("Authorization: Bearer abc.def-123=", "Authorization: Bearer [redacted]"),
        ("AUTHORIZATION: BEARER abc", "AUTHORIZATION: BEARER [redacted]"),
        ("GET /ws/sessions/BAT-001?token=a1b2c3&x=1", "GET /ws/sessions/BAT-001?token=[redacted]&x=1"),
        ("bat.v1, bearer.0123abc", "bat.v1, bearer.[redacted]"),
        ("mongodb://user:p4ss@db:27017/bat", "mongodb://[redacted]@db:27017/bat"),
        (#"{"error":"401 for sk-live-0123456789"}"#, #"{"error":"401 for sk-[redacted]"}"#),
        ("sk-0123456789 and sk-9876543210", "sk-[redacted] and sk-[redacted]"),
    ])
    func `a secret is removed and the rest stays`(text: String, expected: String) {
        #expect(Redaction.apply(text) == expected)
    }

    @Test(arguments: [
        "a risk-averse customer", "the desk-top", "http://127.0.0.1:3001/a@b", "sk-short", "", "token",
    ])
    func `text without a secret stays`(text: String) {
        #expect(Redaction.apply(text) == text)
    }
}
