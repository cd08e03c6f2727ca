import Domain
import Foundation
import HTTPClient
import Speech
import TestSupport
import Testing
import TrainingClient

/// Tests with the five real processes, the simulator and a real wire-protocol database. They run one after the other,
/// because each needs the whole machine.
@Suite(.serialized) struct SystemTests {}

extension RunningSystem {
    /// For `defer`, which cannot wait: the next test starts on other ports and folders meanwhile.
    func stopSoon() {
        // Deliberately unowned: it ends with the processes that it stops.
        Task { await stop() }
    }

    /// The end of every log, for a failed test.
    var tail: String {
        logs.sorted { $0.key < $1.key }.map { "--- \($0.key)\n\($0.value.suffix(3_000))" }.joined(separator: "\n")
    }

    /// Holds a whole conversation with these lines, spoken.
    func hold(
        _ lines: [String], in created: TrainingServer.Created,
        events: @escaping @Sendable (Int) -> [ClientEvent] = { _ in [] }
    ) async throws -> Conversation.Result {
        let call = TrainingCall(url: created.wsUrl, pace: 3)
        try await call.connect()
        let conversation = Conversation(
            call, synthesizer: SpeechSynthesizer(), tagsSpeech: true, skipsPlayback: true)
        return try await conversation.hold(nextTurn: { number in
            lines.indices.contains(number) ? .init(.speech(lines[number]), events: events(number)) : nil
        })
    }
}

extension [ServerMessage.TranscriptLine] {
    var inOrder: [ServerMessage.TranscriptLine] { sorted { ($0.startTime, $0.endTime) < ($1.startTime, $1.endTime) } }
}

extension ServerMessage {
    var seq: Int? {
        switch self {
        case .transcript(let line): line.seq
        case .attitude(let change): change.seq
        case .compliance(let finding): finding.seq
        case .sessionEnded(let seq, _, _), .score(let seq, _, _), .sessionOutcome(let seq, _): seq
        case .error(let seq, _, _, _, _): seq
        case .ready, .audioClear, .audioItem, .ack, .nack, .resumed, .resumeFailed, .status, .microphone, .pong,
            .goingAway, .moved, .hint:
            nil
        }
    }
}

extension JSONValue {
    subscript(index: Int) -> JSONValue? {
        if case .array(let items) = self, items.indices.contains(index) { items[index] } else { nil }
    }
}

/// Another program, run to completion.
enum Shell {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// - Returns: its standard output.
    static func run(_ program: String, _ arguments: String..., input: Data = Data()) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        // Written on a separate thread: a program that writes before it has read everything would otherwise block both.
        Thread.detachNewThread {
            try? stdin.fileHandleForWriting.write(contentsOf: input)
            try? stdin.fileHandleForWriting.close()
        }
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(
                description:
                    "\(program) ended with \(process.terminationStatus): \(String(decoding: output, as: UTF8.self))")
        }
        return String(decoding: output, as: UTF8.self)
    }
}
