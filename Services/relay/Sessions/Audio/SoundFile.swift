import Domain
import Glibc
import Logging
import Recording
import Storage
import Synchronization

/// A session's sound log on disk. What the disk refuses, or is too slow for, is left out of the recording: a call never
/// waits for it.
final class SoundFile: Sendable {
    private let id: SessionID
    private let disk: SoundDisk
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var descriptor: Int32?
        /// Nothing more is written.
        var isClosed = false
        /// The log has said that something is missing.
        var isReported = false
    }

    init(of id: SessionID, on disk: SoundDisk, logger: Logger) {
        self.id = id
        self.disk = disk
        self.logger = logger
    }

    /// Returns at once.
    func append(_ bytes: [UInt8]) {
        if !disk.perform(holding: bytes.count, { self.write(bytes) }) { report("the disk is too slow") }
    }

    func close() {
        // Holds no bytes, so it is never refused.
        _ = disk.perform {
            self.state.withLock { state in
                if let descriptor = state.descriptor { Glibc.close(descriptor) }
                state.descriptor = nil
                state.isClosed = true
            }
        }
    }

    /// Closes the file for good and deletes the session's folder.
    func discard() {
        close()
        _ = disk.perform {
            do throws(SessionFolders.Failure) {
                _ = try SessionFolders(root: self.disk.dataDirectory).remove(self.id)
            } catch {
                // Reports processes try again.
                self.logger.error("an erased recording stays for now", metadata: ["error": "\(error)"])
            }
        }
    }

    private func write(_ bytes: [UInt8]) {
        let failure: Int32? = state.withLock { state in
            guard !state.isClosed else { return nil }
            if state.descriptor == nil { state.descriptor = SoundFiles.openLog(of: id, in: disk.dataDirectory) }
            guard let descriptor = state.descriptor else { return errno }
            return Self.write(bytes, to: descriptor)
        }
        if let failure { report(String(cString: strerror(failure))) }
    }

    /// All or nothing, so that no entry is torn in the middle of the log.
    ///
    /// - Returns: why it failed; nil if it did not.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        let end = lseek(descriptor, 0, SEEK_END)
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                let reason = errno
                if reason == EINTR { continue }
                if end >= 0 { ftruncate(descriptor, end) }
                return reason
            }
            rest = rest.dropFirst(written)
        }
        return nil
    }

    private func report(_ reason: String) {
        let isFirst = state.withLock { state in
            defer { state.isReported = true }
            return !state.isReported
        }
        guard isFirst else { return }
        logger.error("sound is missing in the recording", metadata: ["sessionId": "\(id)", "error": "\(reason)"])
    }
}
