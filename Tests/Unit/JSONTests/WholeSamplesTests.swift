import JSON
import Testing

@Suite struct `whole samples` {
    private func pass(_ pieces: [[UInt8]]) -> [[UInt8]] {
        var samples = WholeSamples()
        var passed: [[UInt8]] = []
        for piece in pieces { piece.withUnsafeBytes { samples.take($0) { passed.append(Array($0)) } } }
        return passed
    }

    @Test func `an odd byte waits for the next piece`() {
        #expect(pass([[1, 2, 3], [4, 5], [6]]) == [[1, 2], [3, 4], [5, 6]])
        #expect(pass([[1], [], [2, 3], [4]]) == [[1, 2], [3, 4]])
        #expect(pass([[1]]) == [])
    }

    @Test func `whole samples pass as they are`() {
        #expect(pass([[1, 2], [], [3, 4]]) == [[1, 2], [3, 4]])
        var samples = WholeSamples()
        #expect(samples.passes(960))
        #expect(!samples.passes(3))
        [UInt8]([1]).withUnsafeBytes { samples.take($0) { _ in } }
        #expect(!samples.passes(960), "the waiting byte comes first")
    }
}
