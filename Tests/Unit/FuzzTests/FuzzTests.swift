import Foundation
import SeededRandom
import TestSupport
import Testing

/// Every reader of outside input, fed with inputs that nobody would write by hand (`README.md`).
@Suite(.serialized) struct FuzzTests {
    @Test(arguments: FuzzTarget.all)
    func `no mutated input breaks its reader`(target: FuzzTarget) async throws {
        if let only = ProcessInfo.processInfo.environment["FUZZ_TARGET"], only != target.name { return }
        let settings = Fuzzer.Settings.fromEnvironment
        let report = try await Fuzzer(target: target, settings: settings).run()
        print(
            "fuzz: \(target.name), seed \(settings.seed): \(report.executions) inputs in \(Int(report.seconds)) s, "
                + "\(report.kinds) kinds, the slowest \(Int(report.slowest * 1_000)) ms")
        if let failure = report.failure { Issue.record("\(failure)") }
    }

    @Test(arguments: FuzzTarget.all)
    func `every input that was found once is harmless`(target: FuzzTarget) async throws {
        let folder = TestFolders.package.appending(path: "Tests/Unit/FuzzTests/Found/\(target.name)")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        if !files.isEmpty { await Fuzzer.warmUp(target) }
        for file in files.sorted(by: { $0.path < $1.path }) {
            let failure = await Fuzzer.failure(of: [UInt8](try Data(contentsOf: file)), target)
            #expect(failure == nil, "\(file.path)")
        }
    }

    @Test func `every folder of found inputs belongs to a target`() throws {
        let folder = TestFolders.package.appending(path: "Tests/Unit/FuzzTests/Found")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
        #expect(Set(names).isSubset(of: Set(FuzzTarget.all.map(\.name))))
    }

    /// The engine itself: a reader with a fault deep inside is found, and its input made small.
    @Test func `a fault behind three tokens is found, and the input that shows it is small`() async throws {
        let target = FuzzTarget("example", texts: ["abc"], tokens: ["<a>", "<b>", "<c>"]) { input in
            let text = String(decoding: input, as: UTF8.self)
            let depth = ["<a>", "<a><b>", "<a><b><c>"].count { text.contains($0) }
            try require(depth < 3, "too deep")
            return "\(depth)"
        }
        var settings = Fuzzer.Settings()
        settings.seconds = 60
        settings.folder = try TestFolders.temporary("fuzz")
        let report = try await Fuzzer(target: target, settings: settings).run()
        #expect(report.failure?.contains("too deep") == true)
        #expect(report.failure?.contains(" 9 bytes") == true)
    }

    @Test func `the same seed gives the same inputs, and another seed others`() {
        func inputs(_ seed: UInt64) -> [[UInt8]] {
            var mutator = Mutator(tokens: [[1, 2]], dice: SplitMix64(seed: seed))
            return (0..<200).map { _ in mutator.mutated(Array(#"{"a":[1,"b"]}"#.utf8), with: [7, 8, 9]) }
        }
        #expect(inputs(1) == inputs(1))
        #expect(inputs(1) != inputs(2))
    }
}
