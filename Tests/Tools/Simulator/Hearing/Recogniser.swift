import Foundation
import Speech
import Synchronization

/// Speech recognition by a process of its own, with one model for all sessions. It is loaded in the background, asked
/// one turn at a time, and started again after a pause when it ends or takes too long. Meanwhile nothing is heard.
final class Recogniser: Sendable {
    enum State: String, Sendable {
        case starting, on, down
    }

    /// The limits of waiting, changed by tests.
    struct Limits: Sendable {
        var load = Duration.seconds(60)
        /// For a turn, besides twice its length.
        var answer = Duration.seconds(10)
        var firstPause = Duration.seconds(1)
        var longestPause = Duration.seconds(30)
        /// A process that uses more is replaced between two turns.
        var megabytes = 400
    }

    /// Longer turns are heard up to here.
    private static let longestSpeech = 120 * 1_000 * PCM16.bytesPerMillisecond
    private static let mostWaiting = 8

    /// Only for `queue`.
    private final class Worker: @unchecked Sendable {
        var process: RecogniserProcess?
    }

    private struct Status {
        var state = State.starting
        var waiting = 0
        var pause: Duration
        var lastFault = ""
    }

    private let command: [String]
    private let limits: Limits
    private let say: @Sendable (String) -> Void
    /// Everything that blocks happens here, one thing at a time.
    private let queue = DispatchQueue(label: "recogniser")
    private let worker = Worker()
    private let status: Mutex<Status>

    /// Starts loading at once.
    ///
    /// - Parameters:
    ///   - command: the program and its arguments.
    ///   - say: takes a line for the log when it can hear, and when it no longer can.
    init(command: [String], limits: Limits = Limits(), say: @escaping @Sendable (String) -> Void) {
        self.command = command
        self.limits = limits
        self.say = say
        status = Mutex(Status(pause: limits.firstPause))
        queue.async { [weak self] in self?.load() }
    }

    var state: State { status.withLock { $0.state } }

    /// The words in `pcm`; deaf while the recogniser is down or has too much to do.
    func recognise(_ pcm: Data) async -> Heard {
        let isAccepted = status.withLock { status in
            guard status.state != .down, status.waiting < Self.mostWaiting else { return false }
            status.waiting += 1
            return true
        }
        guard isAccepted else { return .deaf }
        return await withCheckedContinuation { continuation in
            queue.async { [self] in
                let heard = ask(pcm.prefix(Self.longestSpeech))
                status.withLock { $0.waiting -= 1 }
                continuation.resume(returning: heard)
            }
        }
    }

    private func ask(_ pcm: Data) -> Heard {
        let length = Duration.milliseconds(pcm.count / PCM16.bytesPerMillisecond)
        // A process that was given up for its memory is replaced here if a turn waited already.
        if state == .on { load() }
        do {
            guard let process = worker.process else {
                throw RecogniserProcess.Failure(description: "it is not running")
            }
            let text = try process.text(of: pcm, by: .now + limits.answer + length * 2)
            status.withLock { $0.pause = limits.firstPause }
            if process.megabytes > limits.megabytes {
                worker.process = nil
                queue.async { [weak self] in self?.load() }
            }
            return text.isEmpty ? .nothing : .words(text)
        } catch {
            // A turn that waited while it failed does not fail it again.
            if state == .on { fail("\(error)") }
            return .deaf
        }
    }

    private func load() {
        guard worker.process == nil else { return }
        do {
            let started = try RecogniserProcess(command)
            let seconds = try started.untilReady(by: .now + limits.load)
            worker.process = started
            let before = status.withLock { status in
                defer { (status.state, status.lastFault) = (.on, "") }
                return status.state
            }
            guard before != .on else { return }
            say("it hears English: its speech recogniser was loaded in \(seconds) s")
        } catch {
            fail("\(error)")
        }
    }

    /// Ends the process and starts it again after a pause.
    private func fail(_ fault: String) {
        worker.process = nil
        let (pause, isNew) = status.withLock { status in
            let pause = status.pause
            let isNew = status.lastFault != fault
            status.state = .down
            status.lastFault = fault
            status.pause = min(pause * 2, limits.longestPause)
            return (pause, isNew)
        }
        if isNew { say("it cannot hear: its speech recogniser failed (\(fault)); type instead") }
        queue.asyncAfter(deadline: .now() + pause / .seconds(1)) { [weak self] in self?.load() }
    }
}
