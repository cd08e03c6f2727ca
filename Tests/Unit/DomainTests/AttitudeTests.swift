import Domain
import Testing

struct AttitudeTests {
    @Test(arguments: [
        (proposed: 5, last: 4, expected: 5), (9, 4, 6), (0, 4, 2), (4, 4, 4), (12, 9, 10), (-3, 1, 0),
        (Int.max, 5, 7), (Int.min, 5, 3), (5, 99, 8), (5, -99, 2),
    ])
    func `one evaluation moves the attitude by at most two and never out of range`(
        proposed: Int, last: Int, expected: Int
    ) {
        #expect(Attitude.bounded(proposed, after: last) == expected)
    }

    @Test func `the direction follows from two values`() {
        #expect(Attitude.Direction(from: 3, to: 4) == .rising)
        #expect(Attitude.Direction(from: 3, to: 2) == .falling)
        #expect(Attitude.Direction(from: 3, to: 3) == .steady)
    }
}
