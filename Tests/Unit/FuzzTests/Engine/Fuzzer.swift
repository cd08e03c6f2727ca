import Foundation
import SeededRandom
import Synchronization
import TestSupport

/// Feeds a target with mutated inputs for a while.
struct Fuzzer: Sendable {
    struct Settings: Sendable {
        var seconds = 1.0
        var seed: UInt64 = 1
        /// Where inputs that failed are written.
        var folder = TestFolders.package.appending(path: ".build/fuzz")

        /// `FUZZ_SECONDS` for each target, `FUZZ_SEED`.
        static let fromEnvironment: Settings = {
            let environment = ProcessInfo.processInfo.environment
            var settings = Settings()
            if let seconds = environment["FUZZ_SECONDS"].flatMap({ Double($0) }) { settings.seconds = seconds }
            if let seed = environment["FUZZ_SEED"].flatMap({ UInt64($0) }) { settings.seed = seed }
            return settings
        }()
    }

    struct Report: Sendable {
        var executions = 0
        var seconds = 0.0
        /// How many kinds of input were found, with the seeds'.
        var kinds = 0
        /// The longest time for one input, in seconds of processor time.
        var slowest = 0.0
        var failure: String?
    }

    /// Seconds of processor time for one input; unoptimized code is slow.
    private static let slowestAllowed = 2.0
    /// Seconds after which an input counts as hanging, which ends the process.
    private static let hangs = 120.0
    private static let mostKept = 2_000

    let target: FuzzTarget
    let settings: Settings

    /// Stops at the first failure, whose input is made smaller and written to the folder.
    func run() async throws -> Report {
        try FileManager.default.createDirectory(at: settings.folder, withIntermediateDirectories: true)
        let left = try CurrentInput.left(by: target, in: settings.folder)
        for input in left {
            print("fuzz: an earlier process ended while it read \(try save(input).path); it is read again first")
        }
        let current = try CurrentInput(of: target, in: settings.folder)
        let watch = HangWatch(limit: Self.hangs, input: current.url)
        defer { watch.stop() }

        var report = Report()
        var dice = SplitMix64(seed: settings.seed)
        var mutator = Mutator(tokens: target.tokens, dice: SplitMix64(seed: settings.seed &+ 1))
        var kept = target.seeds
        var kinds: Set<String> = []
        await Self.warmUp(target)
        let began = ContinuousClock.now
        var seeds = (left + target.seeds).makeIterator()
        while true {
            let seed = seeds.next()
            if seed == nil, ContinuousClock.now - began > .seconds(settings.seconds) { break }
            let input =
                seed ?? mutator.mutated(kept[dice.below(kept.count)], with: kept[dice.below(kept.count)])
            current.set(input)
            watch.begin()
            let outcome = await Self.outcome(of: input, target)
            report.executions += 1
            report.slowest = max(report.slowest, outcome.seconds)
            if let failure = outcome.failure {
                let small = await smaller(input)
                report.failure = "\(failure): \(try save(small).path), \(small.count) bytes"
                break
            }
            if kinds.insert(outcome.kind).inserted, seed == nil, kept.count < Self.mostKept { kept.append(input) }
        }
        report.seconds = (ContinuousClock.now - began) / .seconds(1)
        report.kinds = kinds.count
        return report
    }

    /// Reads an input without judging it: the first one may wait for content that its reader loads once.
    static func warmUp(_ target: FuzzTarget) async {
        _ = await outcome(of: target.seeds.first ?? [], target)
    }

    /// Reads one input.
    ///
    /// - Returns: what is wrong with it; nil if nothing is.
    static func failure(of input: [UInt8], _ target: FuzzTarget) async -> String? {
        await outcome(of: input, target).failure
    }

    private struct Outcome {
        var kind = ""
        var seconds = 0.0
        var failure: String?
    }

    private static func outcome(of input: [UInt8], _ target: FuzzTarget) async -> Outcome {
        var outcome = Outcome()
        let began = processorSeconds
        do { outcome.kind = try await target.read(input) } catch { outcome.failure = "\(error)" }
        outcome.seconds = processorSeconds - began
        if outcome.seconds > slowestAllowed { outcome.failure = outcome.failure ?? "it takes \(outcome.seconds) s" }
        return outcome
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Leaves out parts as long as the rest still fails.
    private func smaller(_ input: [UInt8]) async -> [UInt8] {
        var small = input
        var size = max(1, small.count / 2)
        let deadline = ContinuousClock.now + .seconds(20)
        while size > 0 {
            var start = 0
            while start < small.count, ContinuousClock.now < deadline {
                var shorter = small
                shorter.removeSubrange(start..<min(start + size, small.count))
                if await Self.failure(of: shorter, target) != nil { small = shorter } else { start += size }
            }
            size /= 2
        }
        return small
    }

    private func save(_ input: [UInt8]) throws -> URL {
        let folder = settings.folder.appending(path: target.name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: String(input.fingerprint, radix: 16))
        try Data(input).write(to: file)
        return file
    }
}

/// Ends the process when one input takes too long, because nothing can interrupt a loop that does not end.
private final class HangWatch: Sendable {
    private let state = Mutex<(since: ContinuousClock.Instant?, isOver: Bool)>((nil, false))

    init(limit: Double, input: URL) {
        Thread.detachNewThread { [self] in
            while true {
                Thread.sleep(forTimeInterval: 1)
                let (since, isOver) = state.withLock { $0 }
                if isOver { return }
                guard let since, ContinuousClock.now - since > .seconds(limit) else { continue }
                fatalError("an input takes more than \(limit) s: \(input.path)")
            }
        }
    }

    func begin() { state.withLock { $0.since = .now } }
    func stop() { state.withLock { $0.isOver = true } }
}
