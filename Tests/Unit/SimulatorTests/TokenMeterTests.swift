import Testing

@testable import Simulator

@Suite struct TokenMeterTests {
    @Test func `the first response reads everything, and later ones read from the cache in blocks`() {
        var meter = TokenMeter()
        #expect(meter.read(.init(text: 1_000, audio: 30)) == .init(text: 0, audio: 0))
        #expect(meter.read(.init(text: 1_050, audio: 200)) == .init(text: 960, audio: 0))
        #expect(meter.read(.init(text: 1_100, audio: 250)) == .init(text: 1_024, audio: 192))
        #expect(meter.read(.init(text: 500, audio: 250)) == .init(text: 448, audio: 192), "some of it was deleted")
    }
}
