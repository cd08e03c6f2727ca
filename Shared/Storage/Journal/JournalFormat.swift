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

    static func read(_ bytes: [UInt8]) -> Contents {
        var contents = Contents()
        guard bytes.starts(with: magic) else { return contents }
        var offset = magic.count
        contents.validLength = offset
        let decoder = JSONDecoder()
        while bytes.count - offset > 8 {
            let length = Int(number(bytes[offset..<offset + 4]))
            let start = offset + 8
            guard (1...longestPayload).contains(length), bytes.count - start >= length else { break }
            let payload = bytes[start..<start + length]
            guard CRC32.checksum(payload) == number(bytes[offset + 4..<start]) else { break }
            if let fact = try? decoder.decode(RecordedFact.self, from: Data(payload)) {
                contents.facts.append(fact)
            } else {
                contents.unreadable += 1
            }
            offset = start + length
            contents.validLength = offset
        }
        return contents
    }

    /// Whether what follows the complete records is more than the beginning of a record that a process was writing when
    /// it died.
    static func isDamaged(_ bytes: [UInt8], after validLength: Int) -> Bool {
        let rest = bytes[validLength...]
        // A power cut may leave zeros.
        guard rest.contains(where: { $0 != 0 }) else { return false }
        if validLength == 0 { return !magic.starts(with: rest) }
        guard rest.count > 8 else { return false }
        let length = Int(number(rest.prefix(4)))
        return !(1...longestPayload).contains(length) || rest.count - 8 >= length
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
