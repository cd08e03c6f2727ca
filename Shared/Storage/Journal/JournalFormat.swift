import Domain
import Foundation

/// The bytes of a journal: `<JOURNAL_DIR>/<session id>.journal`, mode 0600, one file per session.
///
///     file    = magic record*
///     magic   = "BATJRNL1"                          8 bytes
///     record  = length checksum payload
///     length  = bytes of payload                    4 bytes, big-endian, 1…16 MiB
///     checksum = CRC-32 (IEEE) of payload           4 bytes, big-endian
///     payload = one `RecordedFact` as JSON, UTF-8
///
/// Records are only appended, each with one `write(2)`. A process that dies during a write leaves a torn tail: reading
/// ends at the first record that is incomplete or has a wrong checksum, and the next process that opens the journal for
/// writing cuts the file there. A record with a correct checksum whose JSON this version cannot read is skipped and
/// stays in the file. While a process holds the journal it holds an exclusive `flock(2)` on the file, so a lock that
/// can be acquired means that no living process writes to it.
enum JournalFormat {
    static let magic = [UInt8]("BATJRNL1".utf8)
    static let longestPayload = 16 << 20
    static let fileSuffix = ".journal"
    /// Of a journal that no session of the database belongs to, kept under `<session id>.orphan`, or, where that name
    /// is taken, `<session id>.2.orphan`, ….
    static let orphanSuffix = ".orphan"
    /// Of a journal that the database refuses, named like an orphan. Nothing takes it up again.
    static let refusedSuffix = ".refused"
    /// Of bytes that are no records, cut off a journal so that it can be appended to.
    static let damagedSuffix = ".damaged"

    /// - Throws: `JournalError.refused`.
    static func record(_ fact: RecordedFact) throws(JournalError) -> [UInt8] {
        let payload: Data
        do { payload = try JSONEncoder().encode(fact) } catch {
            throw JournalError(.refused, "fact \(fact.seq) is no JSON: \(error)")
        }
        guard payload.count <= longestPayload else {
            throw JournalError(
                .refused, "fact \(fact.seq) has \(payload.count) bytes, at most \(longestPayload) are allowed")
        }
        return bigEndian(UInt32(payload.count)) + bigEndian(CRC32.checksum(payload)) + payload
    }

    struct Contents {
        var facts: [RecordedFact] = []
        /// The offset at which the complete records end. 0 if even the magic is missing.
        var validLength = 0
        /// Number of records with a correct checksum that this version cannot read.
        var unreadable = 0
    }

    /// Reads a journal that comes in pieces.
    struct Reader {
        private(set) var contents = Contents()
        /// The beginning of a record that is not complete yet.
        private var rest: [UInt8] = []
        private var isOver = false
        private let decoder = JSONDecoder()

        /// - Returns: whether later bytes can matter: false behind a record with a wrong length or checksum.
        mutating func take(_ piece: [UInt8]) -> Bool {
            guard !isOver else { return false }
            rest += piece
            var offset = 0
            if contents.validLength == 0 {
                guard rest.count >= JournalFormat.magic.count else { return true }
                guard rest.starts(with: JournalFormat.magic) else {
                    isOver = true
                    return false
                }
                offset = JournalFormat.magic.count
                contents.validLength = JournalFormat.magic.count
            }
            while let length = recordLength(at: offset) {
                take(rest[(offset + 8)..<(offset + 8 + length)])
                offset += 8 + length
                contents.validLength += 8 + length
            }
            rest.removeFirst(offset)
            return !isOver
        }

        /// The length of the payload of the next record; nil while it is not complete, or if it is invalid.
        private mutating func recordLength(at offset: Int) -> Int? {
            let start = offset + 8
            guard rest.count > start else { return nil }
            let length = Int(JournalFormat.number(rest[offset..<offset + 4]))
            guard (1...JournalFormat.longestPayload).contains(length) else {
                isOver = true
                return nil
            }
            guard rest.count - start >= length else { return nil }
            isOver = CRC32.checksum(rest[start..<start + length]) != JournalFormat.number(rest[offset + 4..<start])
            return isOver ? nil : length
        }

        private mutating func take(_ payload: ArraySlice<UInt8>) {
            if let fact = try? decoder.decode(RecordedFact.self, from: Data(payload)) {
                contents.facts.append(fact)
            } else {
                contents.unreadable += 1
            }
        }
    }

    static func read(_ bytes: [UInt8]) -> Contents {
        var reader = Reader()
        _ = reader.take(bytes)
        return reader.contents
    }

    /// Whether what follows the complete records is more than the beginning of a record that a process was writing when
    /// it died.
    ///
    /// - Parameter isFirst: nothing precedes it, not even the magic.
    static func isDamaged(_ rest: [UInt8], isFirst: Bool) -> Bool {
        // A power cut may leave zeros.
        guard rest.contains(where: { $0 != 0 }) else { return false }
        if isFirst { return !magic.starts(with: rest) }
        guard rest.count > 8 else { return false }
        let length = Int(number(rest.prefix(4)))
        return !(1...longestPayload).contains(length) || rest.count - 8 >= length
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    fileprivate static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
