import Foundation

/// A file's modification time, which identifies the state of the session that the file was made from.
struct FileStamp: Equatable, Sendable {
    let seconds: Int
    let nanoseconds: Int

    init(seconds: Int, nanoseconds: Int) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// - Parameters:
    ///   - date: kept to the millisecond, as in MongoDB.
    ///   - version: of the layout, 0…999, stored in the nanoseconds: a file with another version counts as outdated.
    init(_ date: Date, version: Int) {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        // Limited to the end of the year 9999, which also keeps the conversion from trapping.
        let bounded = milliseconds.isFinite ? Int(min(max(milliseconds, 0), 253_402_300_799_000)) : 0
        seconds = bounded / 1000
        nanoseconds = bounded % 1000 * 1_000_000 + min(max(version, 0), 999)
    }
}
