import Foundation
import SeededRandom
import Speech
import TestSupport
import Testing

@testable import Simulator

/// The recogniser that `deploy/setup` installs.
@Suite struct RecognitionTests {
    private static let command = [
        TestFolders.package.appending(path: ".build-venv/bin/python").path,
        TestFolders.package.appending(path: "Tests/Tools/Recogniser/recogniser.py").path,
    ]

    /// Patient, for a machine that builds and tests at the same time.
    private static func recogniser() -> Recogniser {
        Recogniser(command: command, limits: .init(answer: .seconds(40))) { _ in }
    }

    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            (
                "What would have to be different for you to try something new?",
                ["different", "try", "something", "new"]
            ),
            ("Please talk to your doctor about that question.", ["doctor", "question"]),
            ("Would you like to hold it in your hand?", ["like", "hold", "hand"]),
        ])
    func `what espeak-ng says is found`(line: String, words: [String]) async throws {
        let samples = await SpeechSynthesizer().speak(line, voice: "verse")
        let recogniser = Self.recogniser()
        let heard = await recogniser.recognise(PCM16.data(samples))
        let found = WordList(heard.text ?? "").words
        #expect(words.allSatisfy(found.contains), "\(heard)")
        #expect(recogniser.state == .on)
    }

    @Test(.timeLimit(.minutes(2)))
    func `noise and silence are no words`() async throws {
        let recogniser = Self.recogniser()
        var random = SplitMix64(seed: 1)
        let noise = (0..<24_000).map { _ in Int16.random(in: -6_000...6_000, using: &random) }
        for sound in [
            noise, PCM16.silence(milliseconds: 1_500), (0..<36_000).map { Int16(3_000 * sin(Double($0) / 9)) },
        ] {
            #expect(await recogniser.recognise(PCM16.data(sound)) == .nothing)
        }
        #expect(await recogniser.recognise(Data()) == .nothing)
    }

    @Test(.timeLimit(.minutes(1)))
    func `it ends with its parent, even while it recognises`() async throws {
        let input = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: Self.command[0])
        process.arguments = Array(Self.command.dropFirst())
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let pcm = PCM16.data((0..<60 * 24_000).map { Int16(4_000 * sin(Double($0) / 12)) })
        try input.fileHandleForWriting.write(
            contentsOf: withUnsafeBytes(of: UInt32(pcm.count).littleEndian) { Data($0) })
        try input.fileHandleForWriting.write(contentsOf: pcm)
        try input.fileHandleForWriting.close()
        try await eventually("it has ended", within: .seconds(10)) { !process.isRunning }
    }
}
