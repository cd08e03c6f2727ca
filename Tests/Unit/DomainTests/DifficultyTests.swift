import Domain
import Testing

struct DifficultyTests {
    @Test func `a customer who begins in a better mood is easier to win`() {
        #expect(
            Attitude.range.map { Difficulty(initialAttitude: $0) } == [
                .hard, .hard, .hard, .medium, .medium, .easy, .easy, .easy, .easy, .easy, .easy,
            ])
    }
}
