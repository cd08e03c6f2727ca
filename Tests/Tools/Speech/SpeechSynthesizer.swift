import Foundation
import Synchronization

/// Speaks sentences with espeak-ng if it is installed, otherwise in tones, one per word, so that everything that only
/// needs audio works anywhere.
public final class SpeechSynthesizer: Sendable {
    private struct Key: Hashable {
        var text: String
        var voice: String
        var language: String?
    }

    private static let cacheLimit = 256

    private let program: URL?
    private let cache = Mutex<[Key: [Int16]]>([:])
    /// Two processes at a time: more would take the processor from audio that is already playing.
    private let queue: OperationQueue

    /// - Parameter tonesOnly: always use tones and never start a process.
    public init(tonesOnly: Bool = false) {
        queue = OperationQueue()
        queue.maxConcurrentOperationCount = 2
        program =
            tonesOnly
            ? nil
            : ["/usr/bin/espeak-ng", "/usr/local/bin/espeak-ng"].first {
                FileManager.default.isExecutableFile(atPath: $0)
            }
            .map { URL(filePath: $0) }
    }

    public var hasVoice: Bool { program != nil }

    /// - Parameters:
    ///   - voice: one of OpenAI's names; each is mapped to one of a few timbres.
    ///   - language: a code that espeak-ng knows; English if nil.
    public func speak(_ text: String, voice: String, language: String? = nil) async -> [Int16] {
        let key = Key(text: text, voice: voice, language: language)
        if let known = cache.withLock({ $0[key] }) { return known }
        let samples = await withCheckedContinuation { continuation in
            queue.addOperation { [program] in
                let spoken = program.flatMap { try? Self.run($0, text: text, voice: Self.timbre(voice, language)) }
                continuation.resume(returning: spoken ?? Tones.speak(text))
            }
        }
        cache.withLock { cache in
            if cache.count >= Self.cacheLimit { cache.removeAll() }
            cache[key] = samples
        }
        return samples
    }

    private static func run(_ program: URL, text: String, voice: String) throws -> [Int16]? {
        let process = Process()
        process.executableURL = program
        process.arguments = ["--stdin", "--stdout", "-v", voice, "-s", "175", "-a", "110"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.prefix(2_000).utf8))
        try input.fileHandleForWriting.close()
        let wav = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let samples = try? WAVFile.samples(wav), !samples.isEmpty else {
            return nil
        }
        return samples
    }

    private static func timbre(_ voice: String, _ language: String?) -> String {
        switch voice {
        case "coral", "shimmer", "sage", "marin", "alloy": "\(language ?? "en-gb")+f3"
        case "ballad", "echo": "\(language ?? "en-gb")+m1"
        case "trainee": "\(language ?? "en-us")+f2"
        default: "\(language ?? "en-us")+m3"
        }
    }
}
