import Domain
import Testing

struct EventClockTests {
    private func dates(_ times: [Double?], arrival: Double, end: Double? = nil) -> [Double] {
        var clock = EventClock()
        return clock.dates(of: times, arrival: arrival, end: end)
    }

    @Test func `times on the session's clock are accepted`() {
        #expect(dates([10, 12.4], arrival: 12.6) == [10, 12.4])
        #expect(dates([nil], arrival: 7) == [7])
        #expect(dates([], arrival: 7) == [])
    }

    @Test func `an event that was buffered during a disconnect of 30 seconds keeps its time`() {
        #expect(dates([40, 52], arrival: 82) == [40, 52])
    }

    @Test func `a time in the future is never accepted`() {
        #expect(dates([12, 15], arrival: 12) == [12, 12])
    }

    @Test func `times since the app's start, or in milliseconds, keep their order within the session`() {
        #expect(dates([1_200, 1_240], arrival: 100) == [60, 100])
        #expect(dates([840_000, 840_500], arrival: 100) == [0, 100])
        #expect(dates([1_793_000_000, 1_793_000_030], arrival: 60) == [30, 60])
    }

    @Test func `a negative time is not refused`() {
        #expect(dates([-0.02], arrival: 0.1) == [0])
        #expect(dates([-100], arrival: 50) == [50])
        #expect(dates([.nan, .infinity, -.infinity], arrival: 5) == [5, 5, 5])
    }

    @Test func `events that arrive after the end are dated no later than the end`() {
        #expect(dates([100, 250], arrival: 4_000, end: 300) == [100, 250])
        #expect(dates([nil], arrival: 4_000, end: 300) == [300])
        #expect(dates([1_040, 1_240], arrival: 4_000, end: 300) == [100, 300])
    }

    @Test func `the offset of a connection's clock is kept`() {
        var clock = EventClock()
        #expect(clock.dates(of: [1_240], arrival: 100) == [100])
        #expect(clock.dates(of: [1_250], arrival: 110.5) == [110])
        #expect(clock.dates(of: [1_200], arrival: 111) == [60])
    }

    @Test func `extreme numbers do no harm`() {
        for time in [Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude] {
            #expect(dates([time], arrival: 10).allSatisfy { (0...10).contains($0) })
        }
        #expect(dates([5], arrival: -3) == [0])
    }
}
