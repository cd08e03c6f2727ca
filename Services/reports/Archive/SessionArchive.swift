import Domain
import Foundation
import Recording
import Wire

/// Everything that is on disk for a session: its data files, its report card and its zip.
///
/// The record in the store is authoritative. Report and zip are made on request, and kept until the record changes:
/// their modification time is the record's `updatedAt`.
struct SessionArchive: Sendable {
    /// A complete file, by its path relative to `DATA_DIR`.
    struct File: Equatable, Sendable {
        var path: String
        /// Bytes.
        var size: Int
    }

    private let root: String
    private let typeface: Typeface
    private let pool: RenderingPool
    private let recordingDays: Int
    private let now: @Sendable () -> Date
    private let metrics = ReportsMetrics()
    private let recordings = SharedWork<File?>()

    /// - Parameter recordingDays: for which this installation keeps the sound of a call.
    init(
        root: String, typeface: Typeface, pool: RenderingPool, recordingDays: Int = ReportCard.usualRecordingDays,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.root = root
        self.typeface = typeface
        self.pool = pool
        self.recordingDays = recordingDays
        self.now = now
    }

    /// Writes the three data files, replacing older ones.
    ///
    /// - Throws: `FileError`, `RenderingPool.Full`.
    func writeFiles(of record: SessionRecord) async throws {
        try await pool.run {
            let folder = SessionFolder(root: root, id: record.sessionId)
            for (name, content) in SessionFiles(record).all { try folder.write(name, content) }
        }
    }

    /// - Throws: `FileError`, `PDFDocument.Failure`, `RenderingPool.Full`.
    func report(of record: SessionRecord, for audience: ReportsRequest.Audience) async throws -> File {
        let name = audience == .trainer ? "report.pdf" : "report-trainee.pdf"
        let record = audience == .trainer ? record : record.forClients()
        return try await kept(name, of: record, version: ReportCard.layoutVersion) { folder, stamp in
            let start = ContinuousClock.now
            let pdf = try ReportCard.pdf(of: record, typeface: typeface, at: now(), recordingDays: recordingDays)
            metrics.rendered(in: .now - start)
            try folder.write(name, pdf, stamp: stamp)
        }
    }

    /// - Throws: `FileError`, `RenderingPool.Full`.
    func zip(of record: SessionRecord, for audience: ReportsRequest.Audience) async throws -> File {
        let name = audience == .trainer ? "\(record.sessionId).zip" : "\(record.sessionId)-trainee.zip"
        let record = audience == .trainer ? record : record.forClients()
        return try await kept(name, of: record, version: 0) { folder, stamp in
            let entries = SessionFiles(record).all.map { ("\(record.sessionId)/\($0.name)", $0.content) }
            try folder.write(name, stamp: stamp) { descriptor throws(FileError) in
                try ZipWriter.write(entries, modified: record.endedAt ?? record.createdAt, to: descriptor)
            }
        }
    }

    /// The sound of a recorded call as a WAV file. Pages ask for it in many pieces at once: for one session it is made
    /// once, and all wait for it.
    ///
    /// - Returns: nil if there is none: the call was not recorded, or its recording is deleted already.
    /// - Throws: `FileError`, `RenderingPool.Full`.
    func recording(of id: SessionID) async throws -> File? {
        let work = recordings.task(for: id) {
            try await pool.run {
                let recording = CallRecording(of: id, in: root)
                return try recording.prepare(now: now()).map {
                    File(path: recording.folder.relativePath(SoundFiles.recording), size: $0)
                }
            }
        }
        return try await work.value
    }

    private func kept(
        _ name: String, of record: SessionRecord, version: Int,
        make: @escaping @Sendable (SessionFolder, FileStamp) throws -> Void
    ) async throws -> File {
        try await pool.run {
            let folder = SessionFolder(root: root, id: record.sessionId)
            let stamp = FileStamp(record.updatedAt, version: version)
            if let file = folder.inspect(name), file.stamp == stamp {
                return File(path: folder.relativePath(name), size: file.size)
            }
            try make(folder, stamp)
            guard let file = folder.inspect(name) else { throw FileError("read back \(name)", code: ENOENT) }
            return File(path: folder.relativePath(name), size: file.size)
        }
    }
}
