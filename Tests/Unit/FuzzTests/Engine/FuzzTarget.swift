import SeededRandom
import Testing

/// A reader of outside input, and what must hold for every input.
struct FuzzTarget: Sendable, CustomTestStringConvertible {
    /// Also the name of its folder in `Found`.
    let name: String
    /// Inputs to begin with: valid ones, and some of each kind that is refused.
    let seeds: [[UInt8]]
    /// Pieces of the format, which mutation inserts anywhere.
    let tokens: [[UInt8]]
    /// Reads an input. Throws if an invariant does not hold; refusing an input is no failure.
    ///
    /// Returns what kind of input it was, in few words: an input of a new kind is kept and mutated further.
    let read: @Sendable ([UInt8]) async throws -> String

    init(
        _ name: String, seeds: [[UInt8]], tokens: [String] = [],
        read: @escaping @Sendable ([UInt8]) async throws -> String
    ) {
        self.name = name
        self.seeds = seeds
        self.tokens = tokens.map { Array($0.utf8) }
        self.read = read
    }

    init(
        _ name: String, texts: [String], tokens: [String] = [],
        read: @escaping @Sendable ([UInt8]) async throws -> String
    ) {
        self.init(name, seeds: texts.map { Array($0.utf8) }, tokens: tokens, read: read)
    }

    var testDescription: String { name }

    static let all: [FuzzTarget] = [
        .frames, .packets, .wireMessages, .clientMessages, .audioMessages, .json, .realtimeEvents, .environmentFiles,
        .journals, .bson, .modelAnswers, .chatBodies, .requestBodies, .spokenWords,
    ]
}

/// An invariant that an input breaks.
struct Broken: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// - Throws: `Broken` unless the condition holds.
func require(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    if !holds { throw Broken(what()) }
}

extension [UInt8] {
    /// FNV-1a: tells inputs apart, and chooses where they are cut.
    var fingerprint: UInt64 {
        reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The same bytes in pieces of one byte to a few hundred, always cut in the same way.
    var pieces: [ArraySlice<UInt8>] {
        var dice = SplitMix64(seed: fingerprint)
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < count {
            let longest = [1, 3, 16, 400].randomElement(using: &dice) ?? 1
            let end = Swift.min(count, start + Int.random(in: 1...longest, using: &dice))
            pieces.append(self[start..<end])
            start = end
        }
        return pieces
    }
}
