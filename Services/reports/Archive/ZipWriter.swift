import CArchive
import Foundation
import Glibc

/// A zip of the data files, streamed to a file descriptor.
enum ZipWriter {
    /// - Parameter entries: their names are our own and plain ASCII, so no locale is needed.
    static func write(_ entries: [(name: String, content: [UInt8])], modified: Date, to descriptor: Int32)
        throws(FileError)
    {
        let zip = try ZipStream(to: descriptor)
        for (name, content) in entries { try zip.add(name, content, modified: modified) }
        try zip.finish()
    }
}

/// A zip that is written entry by entry. Unchecked, because libarchive's handle is a pointer: one task at a time may use
/// it, from whatever thread.
final class ZipStream: @unchecked Sendable {
    private let archive: OpaquePointer

    /// - Parameter descriptor: stays open.
    init(to descriptor: Int32) throws(FileError) {
        guard let archive = archive_write_new() else { throw FileError("build the zip", code: ENOMEM) }
        self.archive = archive
        try check(archive_write_set_format_zip(archive))
        try check(archive_write_set_options(archive, "zip:compression=deflate"))
        // Without this the last block is padded with zeros to 10 kB.
        try check(archive_write_set_bytes_in_last_block(archive, 1))
        try check(archive_write_open_fd(archive, descriptor))
    }

    deinit { archive_write_free(archive) }

    /// - Parameter name: plain ASCII.
    func add(_ name: String, _ content: [UInt8], modified: Date) throws(FileError) {
        guard let entry = archive_entry_new() else { throw FileError("build the zip", code: ENOMEM) }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, name)
        archive_entry_set_size(entry, la_int64_t(content.count))
        archive_entry_set_filetype(entry, 0o100000)  // AE_IFREG; the macro is not imported
        archive_entry_set_perm(entry, 0o640)
        archive_entry_set_mtime(entry, time_t(modified.timeIntervalSince1970.rounded(.down)), 0)
        try check(archive_write_header(archive, entry))
        let written = content.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
        guard written == content.count else { throw failure }
    }

    func finish() throws(FileError) { try check(archive_write_close(archive)) }

    private func check(_ status: Int32) throws(FileError) {
        // ARCHIVE_WARN and worse are negative.
        guard status >= ARCHIVE_OK else { throw failure }
    }

    private var failure: FileError { FileError("write the zip", code: archive_errno(archive)) }
}
