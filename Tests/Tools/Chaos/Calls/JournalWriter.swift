import Foundation
import Synchronization

/// Writes one call's journal, one entry per line, each immediately: entries survive the death of the tool.
final class JournalWriter: Sendable {
    let clock: RunClock
    private let file: Mutex<FileHandle?>

    init(_ path: URL, clock: RunClock) throws {
        self.clock = clock
        try Data().write(to: path)
        file = Mutex(try FileHandle(forWritingTo: path))
    }

    func write(_ what: JournalEntry.What) { write(what, at: clock.now) }

    func write(_ what: JournalEntry.What, at: Double) {
        guard let line = try? JSONEncoder().encode(JournalEntry(at: at, what: what)) else { return }
        file.withLock { try? $0?.write(contentsOf: line + [UInt8(ascii: "\n")]) }
    }

    func close() {
        file.withLock { file in
            try? file?.close()
            file = nil
        }
    }
}
