import Foundation

/// A running recogniser: audio goes into its standard input, lines of JSON come out. Blocks its caller, at most until a
/// deadline.
final class RecogniserProcess {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private struct Answer: Decodable {
        var ready: Double?
        var text: String?
        var error: String?
        var memory: Int?
    }

    private static let longestLine = 64 << 10

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending = Data()
    /// The memory that it uses, as it said with its last answer.
    private(set) var megabytes = 0

    /// - Parameter command: the program, absolute or relative to the working folder, and its arguments.
    init(_ command: [String]) throws {
        guard let program = command.first else { throw Failure(description: "there is no command") }
        // Its end must be an error of `write` and not the end of this process.
        signal(SIGPIPE, SIG_IGN)
        process.executableURL = URL(filePath: program)
        process.arguments = Array(command.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        for handle in [input.fileHandleForWriting, output.fileHandleForReading] {
            _ = fcntl(handle.fileDescriptor, F_SETFL, fcntl(handle.fileDescriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Waits until the model is loaded.
    ///
    /// - Returns: how many seconds it took.
    func untilReady(by deadline: ContinuousClock.Instant) throws -> Double {
        guard let seconds = try answer(by: deadline).ready else { throw Failure(description: "it is not ready") }
        return seconds
    }

    func text(of pcm: Data, by deadline: ContinuousClock.Instant) throws -> String {
        try send(withUnsafeBytes(of: UInt32(pcm.count).littleEndian) { Data($0) } + pcm, by: deadline)
        guard let text = try answer(by: deadline).text else { throw Failure(description: "it gave no text") }
        return text
    }

    private func answer(by deadline: ContinuousClock.Instant) throws -> Answer {
        let answer = try JSONDecoder().decode(Answer.self, from: try line(by: deadline))
        megabytes = answer.memory ?? megabytes
        if let error = answer.error { throw Failure(description: error) }
        return answer
    }

    private func line(by deadline: ContinuousClock.Instant) throws -> Data {
        let file = output.fileHandleForReading.fileDescriptor
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                defer { pending = Data(pending[(end + 1)...]) }
                return Data(pending[..<end])
            }
            guard pending.count < Self.longestLine else { throw Failure(description: "its answer is too long") }
            try Self.wait(file, POLLIN, until: deadline)
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let count = read(file, &bytes, bytes.count)
            if count > 0 {
                pending += bytes.prefix(count)
            } else if count == 0 || ![EAGAIN, EINTR].contains(errno) {
                throw Failure(description: "it has ended")
            }
        }
    }

    private func send(_ data: Data, by deadline: ContinuousClock.Instant) throws {
        let file = input.fileHandleForWriting.fileDescriptor
        var rest = data
        while !rest.isEmpty {
            try Self.wait(file, POLLOUT, until: deadline)
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = Data(rest.dropFirst(count))
            } else if ![EAGAIN, EINTR].contains(errno) {
                throw Failure(description: "it has ended")
            }
        }
    }

    private static func wait(_ file: Int32, _ event: Int32, until deadline: ContinuousClock.Instant) throws {
        var request = pollfd(fd: file, events: Int16(event), revents: 0)
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0 else { throw Failure(description: "it took too long") }
            if poll(&request, 1, Int32(min(left.rounded(.up), 60_000))) > 0 { return }
        }
    }
}
