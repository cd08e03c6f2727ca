import Foundation
import Glibc

/// Writes log lines on a separate thread, in order, one `write(2)` each, so that logging never waits for a pipe that
/// nobody reads. Lines that do not fit into the queue are dropped; once there is room again, one line says how many.
///
/// Unchecked, because the thread sleeps until there is a line, which takes a condition, and a `Mutex` has none. All
/// fields are accessed only under the condition's lock.
final class LogWriter: @unchecked Sendable {
    typealias Write = @Sendable (UnsafeRawBufferPointer) -> Int

    private let condition = NSCondition()
    private var waiting: [[UInt8]] = []
    /// In bytes, of the lines that wait or are being written.
    private var size = 0
    private var dropped = 0
    private let limit: Int

    /// - Parameters:
    ///   - limit: maximum size of all waiting lines, in bytes.
    ///   - write: as `write(2)`, to a descriptor that may block.
    ///   - notice: the line about lines that were dropped, by their number.
    init(limit: Int, write: @escaping Write, notice: @escaping @Sendable (Int) -> [UInt8]) {
        self.limit = limit
        let thread = Thread { [self] in run(write, notice) }
        thread.name = "log"
        thread.start()
    }

    /// - Parameter line: with its line end.
    func add(_ line: [UInt8]) {
        condition.lock()
        defer { condition.unlock() }
        guard size + line.count <= limit else {
            dropped += 1
            return
        }
        size += line.count
        waiting.append(line)
        condition.broadcast()
    }

    /// Waits until everything is written, at most `limit`.
    func flush(within limit: Duration) {
        condition.lock()
        defer { condition.unlock() }
        let deadline = ContinuousClock.now + limit
        // In short steps, since the condition uses the wall clock, which may be set.
        while size > 0 || dropped > 0, ContinuousClock.now < deadline { _ = condition.wait(until: Date() + 0.05) }
    }

    private func run(_ write: Write, _ notice: (Int) -> [UInt8]) {
        while true {
            condition.lock()
            while waiting.isEmpty && dropped == 0 { condition.wait() }
            var lines = waiting
            waiting = []
            if dropped > 0 {
                let line = notice(dropped)
                dropped = 0
                size += line.count
                lines.append(line)
            }
            condition.unlock()
            for line in lines {
                Self.write(line, write)
                condition.lock()
                size -= line.count
                if size == 0 { condition.broadcast() }
                condition.unlock()
            }
        }
    }

    private static func write(_ line: [UInt8], _ write: Write) {
        var rest = line[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes(write)
            // A log that can no longer be written must not stop the process.
            if written < 0, errno != EINTR { return }
            rest = rest.dropFirst(max(0, written))
        }
    }

    /// Standard output.
    static let standardOutput = output(to: STDOUT_FILENO)

    /// A descriptor, which the process that opened it may have made non-blocking.
    static func output(to descriptor: CInt) -> Write {
        { bytes in
            while true {
                let written = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                guard written < 0, errno == EAGAIN else { return written }
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            }
        }
    }
}
