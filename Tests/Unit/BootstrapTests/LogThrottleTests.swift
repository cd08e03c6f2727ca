import Bootstrap
import Testing

@Suite struct `throttled log lines` {
    @Test func `one line a second of each kind is written, with the number of those that were not`() {
        var throttle = LogThrottle()
        #expect(throttle.admit("refused", at: 10) == 0)
        for time in 11..<1_010 { #expect(throttle.admit("refused", at: time) == nil) }
        #expect(throttle.admit("lost", at: 500) == 0)
        #expect(throttle.admit("refused", at: 1_010) == 999)
        #expect(throttle.admit("refused", at: 5_000) == 0)
    }

    @Test func `kinds beyond the limit are written and not remembered`() {
        var throttle = LogThrottle()
        for number in 0..<1_000 { #expect(throttle.admit("kind \(number)", at: 0) == 0) }
        #expect(throttle.admit("kind 1", at: 1) == nil)
        #expect(throttle.admit("kind 999", at: 1) == 0)
        #expect(throttle.admit("another", at: 2_000) == 0)
        #expect(throttle.admit("another", at: 2_001) == nil)
    }
}
