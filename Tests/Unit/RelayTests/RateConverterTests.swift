import Foundation
import Testing

@testable import Conversation
@testable import RelayService

/// Audio for servers that hear or speak at another rate.
@Suite struct RateConverterTests {
    private func tone(_ hertz: Double, rate: Int, count: Int, amplitude: Double = 16_000) -> [UInt8] {
        (0..<count).flatMap { index -> [UInt8] in
            let sample = Int16((amplitude * sin(2 * .pi * hertz * Double(index) / Double(rate))).rounded())
            return [UInt8(truncatingIfNeeded: sample), UInt8(truncatingIfNeeded: sample >> 8)]
        }
    }

    private func samples(_ bytes: [UInt8]) -> [Double] {
        stride(from: 0, to: bytes.count - 1, by: 2).map {
            Double(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8))
        }
    }

    private func converter(_ source: Int, _ target: Int) throws -> RateConverter {
        RateConverter(try #require(RateConverter.Filter(from: source, to: target)))
    }

    /// How loud a tone is, by its projection on sine and cosine, and how loud everything else.
    private func level(of hertz: Double, in samples: [Double], rate: Int) -> (tone: Double, rest: Double) {
        var (sine, cosine) = (0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let angle = 2 * Double.pi * hertz * Double(index) / Double(rate)
            sine += sample * sin(angle)
            cosine += sample * cos(angle)
        }
        let scale = 2 / Double(samples.count)
        (sine, cosine) = (sine * scale, cosine * scale)
        let rest = samples.enumerated().reduce(0.0) { sum, element in
            let angle = 2 * Double.pi * hertz * Double(element.offset) / Double(rate)
            let difference = element.element - sine * sin(angle) - cosine * cos(angle)
            return sum + difference * difference
        }
        return ((sine * sine + cosine * cosine).squareRoot(), (rest / Double(samples.count)).squareRoot())
    }

    @Test(arguments: ProviderProfile.rates.filter { $0 != 24_000 })
    func `a tone stays the same tone, as loud and clean`(rate: Int) throws {
        for (source, target) in [(24_000, rate), (rate, 24_000)] {
            var converter = try converter(source, target)
            let output = samples(
                tone(1_000, rate: source, count: source / 5).withUnsafeBytes { converter.convert($0) })
            #expect(abs(output.count - target / 5) <= 64, "\(source) to \(target)")
            // Without the moment in which the filter fills; a whole number of periods.
            let middle = Array(output.dropFirst(target / 20).prefix(target / 10))
            let (loud, rest) = level(of: 1_000, in: middle, rate: target)
            #expect(abs(loud - 16_000) < 80, "\(source) to \(target): \(loud)")
            #expect(rest < 16, "\(source) to \(target): \(rest)")
        }
    }

    @Test(arguments: [(24_000, 16_000, 9_000.0), (24_000, 8_000, 5_000), (48_000, 24_000, 15_000)])
    func `what the lower rate cannot carry is filtered out`(source: Int, target: Int, hertz: Double) throws {
        var converter = try converter(source, target)
        let output = samples(tone(hertz, rate: source, count: source / 5).withUnsafeBytes { converter.convert($0) })
        let middle = output.dropFirst(target / 20).dropLast(target / 20)
        #expect((middle.map { abs($0) }.max() ?? .infinity) < 16)
    }

    @Test(arguments: [(24_000, 16_000), (16_000, 24_000), (24_000, 44_100), (48_000, 24_000), (24_000, 8_000)])
    func `pieces cut anywhere, even within a sample, make the same audio`(source: Int, target: Int) throws {
        let whole = tone(440, rate: source, count: 2_000)
        var (once, pieces) = (try converter(source, target), try converter(source, target))
        let expected = whole.withUnsafeBytes { once.convert($0) }
        var output: [UInt8] = []
        var (start, length) = (0, 1)
        while start < whole.count {
            let end = min(start + length, whole.count)
            output += whole[start..<end].withUnsafeBytes { pieces.convert($0) }
            (start, length) = (end, length * 3 % 401 + 1)
        }
        #expect(output == expected)
    }

    @Test func `the loudest audio is not turned over, and nothing makes nothing`() throws {
        var converter = try converter(24_000, 16_000)
        let square: [UInt8] = (0..<960).flatMap {
            ($0 / 24).isMultiple(of: 2) ? [0xff, 0x7f] : [0x00, 0x80] as [UInt8]
        }
        let output = samples(square.withUnsafeBytes { converter.convert($0) })
        #expect(output.max() == 32_767)
        #expect(output.min() == -32_768)
        #expect([UInt8]().withUnsafeBytes { converter.convert($0) } == [])
    }

    @Test func `equal rates need no filter`() {
        #expect(RateConverter.Filter(from: 24_000, to: 24_000) == nil)
        #expect(ServerRates.Filters(ProviderProfile()) == nil)
    }

    @Test func `base64 goes in and comes out, each item of the customer on its own`() throws {
        var profile = ProviderProfile()
        profile.outputRate = 16_000
        var rates = ServerRates(try #require(ServerRates.Filters(profile)))
        let piece = Array(Data(tone(440, rate: 16_000, count: 1_600)).base64EncodedString().utf8)
        func hear(_ item: String) -> [UInt8] {
            let result = piece.withUnsafeBytes { piece in
                Array(item.utf8).withUnsafeBytes { rates.fromServer(piece, of: $0) }
            }
            #expect(
                Data(base64Encoded: String(decoding: result?.base64 ?? [], as: UTF8.self))?.count == result?.byteCount)
            return result?.base64 ?? []
        }
        let (first, second, other) = (hear("a1"), hear("a1"), hear("a2"))
        #expect(first == other)
        #expect(first != second)
        #expect(piece.withUnsafeBytes { rates.toServer($0) } == nil)
    }
}
