import NIOCore
import Testing

@testable import WebSocket

@Suite struct UTF8CheckTests {
    /// The standard library's result.
    private func oracle(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    @Test func `every sequence of two bytes gives the same result as the standard library`() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let bytes = [first, second]
                #expect(UTF8Check.isValid(ByteBuffer(bytes: bytes)) == oracle(bytes), "\(bytes)")
            }
        }
    }

    @Test func `longer sequences of interesting bytes give the same result as the standard library`() {
        let interesting: [UInt8] = [0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let padding = [UInt8](repeating: 0x61, count: Int.random(in: 0...33, using: &random))
            let tail = (0..<Int.random(in: 1...6, using: &random)).compactMap { _ in
                interesting.randomElement(using: &random)
            }
            let bytes = padding + tail
            #expect(UTF8Check.isValid(ByteBuffer(bytes: bytes)) == oracle(bytes), "\(bytes)")
        }
    }
}
