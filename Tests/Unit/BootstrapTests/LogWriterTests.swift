import Foundation
import Synchronization
import Testing

@testable import Bootstrap

@Suite struct LogWriterTests {
    /// A reader that takes lines only while it is open.
    private final class Reader: Sendable {
        private let condition = NSCondition()
        nonisolated(unsafe) private var isOpen = false
        nonisolated(unsafe) private var taken: [String] = []

        func write(_ bytes: UnsafeRawBufferPointer) -> Int {
            condition.lock()
            defer { condition.unlock() }
            while !isOpen { condition.wait() }
            taken.append(String(decoding: bytes, as: UTF8.self))
            return bytes.count
        }

        func open() {
            condition.lock()
            defer { condition.unlock() }
            isOpen = true
            condition.broadcast()
        }

        var lines: [String] {
            condition.lock()
            defer { condition.unlock() }
            return taken
        }
    }

    @Test func `a blocked reader delays no caller, and dropped lines are counted`() {
        let reader = Reader()
        let writer = LogWriter(limit: 10_000, write: { reader.write($0) }) { Array("dropped \($0)\n".utf8) }
        let line = String(repeating: "x", count: 99) + "\n"
        let began = ContinuousClock.now
        for _ in 0..<5_000 { writer.add(Array(line.utf8)) }
        #expect(ContinuousClock.now - began < .seconds(5))
        reader.open()
        writer.flush(within: .seconds(30))
        // The writer may have looked in between, and says then what it had dropped until then.
        let notices = reader.lines.filter { $0 != line }
        #expect(reader.lines.count - notices.count == 100)
        #expect(notices.last == reader.lines.last)
        #expect(notices.compactMap { Int($0.dropFirst(8).dropLast()) }.reduce(0, +) == 4_900)
        writer.add(Array("next\n".utf8))
        writer.flush(within: .seconds(30))
        #expect(reader.lines.last == "next\n")
    }

    @Test func `a flush waits no longer than its limit`() {
        let reader = Reader()
        let writer = LogWriter(limit: 10_000, write: { reader.write($0) }) { _ in [] }
        writer.add(Array("line\n".utf8))
        let began = ContinuousClock.now
        writer.flush(within: .milliseconds(50))
        #expect(ContinuousClock.now - began < .seconds(5))
        reader.open()
    }

    @Test func `a line longer than the pipe's buffer arrives whole through a non-blocking pipe`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        for end in ends { #expect(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        defer { close(reading) }
        let writer = LogWriter(limit: 4 << 20, write: LogWriter.output(to: writing)) { _ in [] }
        let lines = (0..<20).map { String(repeating: "\($0 % 10)", count: 50_000) + "\n" }
        for line in lines { writer.add(Array(line.utf8)) }
        var read: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let whole = lines.joined()
        let deadline = ContinuousClock.now + .seconds(30)
        while read.count < whole.utf8.count, ContinuousClock.now < deadline {
            let count = Foundation.read(reading, &chunk, chunk.count)
            if count > 0 { read += chunk.prefix(count) }
        }
        #expect(String(decoding: read, as: UTF8.self) == whole)
        close(writing)
    }
}
