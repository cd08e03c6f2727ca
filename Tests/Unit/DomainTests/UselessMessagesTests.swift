import Domain
import Testing

@Suite struct `messages without effect` {
    @Test func `each kind is answered once`() {
        var useless = UselessMessages()
        #expect(useless.take("unknown_message banana", at: 0) == .tell)
        #expect(useless.take("unknown_message banana", at: 10) == .ignore)
        #expect(useless.take("invalid_message", at: 20) == .tell)
        #expect(useless.take("unknown_message banana", at: 60_000) == .ignore)
    }

    @Test func `fifty a second for minutes do not close the connection`() {
        var useless = UselessMessages()
        for number in 0..<6_000 { #expect(useless.take("ping", at: 7 + number * 20) != .close) }
    }

    @Test func `more than fifty in a second are a flood`() {
        var useless = UselessMessages()
        for _ in 0..<UselessMessages.mostPerSecond { #expect(useless.take("ping", at: 3_000) != .close) }
        #expect(useless.take("ping", at: 3_999) == .close)
    }

    @Test func `the number of remembered kinds is bounded`() {
        var useless = UselessMessages()
        let answers = (0..<1_000).map { useless.take("unknown_message x\($0)", at: $0 * 100) }
        #expect(answers.count { $0 == .tell } == UselessMessages.mostKinds)
        #expect(!answers.contains(.close))
    }
}
