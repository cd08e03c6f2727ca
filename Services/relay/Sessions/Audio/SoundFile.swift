import Dispatch
import Domain
import Glibc
import Logging
import Recording
import Synchronization

/// A session's sound log on disk. What the disk refuses, or is too slow for, is left out of the recording: a call never
/// waits for it.
final class SoundFile: Sendable {
    /// Bytes that may wait for the disk, in all sessions together.
    static let mostWaiting = 64 << 20
    private static let waiting = Atomic(0)
    /// One for all sessions, so that a slow disk takes one thread.
    private static let queue = DispatchQueue(label: "sound")

    private let id: SessionID
    private let dataDirectory: String
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var descriptor: Int32?
        /// Nothing more is written.
        var isClosed = false
        /// The log has said that something is missing.
        var isReported = false
    }

    init(of id: SessionID, in dataDirectory: String, logger: Logger) {
        self.id = id
        self.dataDirectory = dataDirectory
        self.logger = logger
    }

    /// Returns at once.
    func append(_ bytes: [UInt8]) {
        guard Self.waiting.add(bytes.count, ordering: .relaxed).newValue <= Self.mostWaiting else {
            Self.waiting.subtract(bytes.count, ordering: .relaxed)
            return report("the disk is too slow")
        }
        Self.queue.async {
            self.write(bytes)
            Self.waiting.subtract(bytes.count, ordering: .relaxed)
        }
    }

    func close() {
        Self.queue.async {
            self.state.withLock { state in
                if let descriptor = state.descriptor { Glibc.close(descriptor) }
                state.descriptor = nil
                state.isClosed = true
            }
        }
    }

    private func write(_ bytes: [UInt8]) {
        let failure: Int32? = state.withLock { state in
            guard !state.isClosed else { return nil }
            if state.descriptor == nil { state.descriptor = SoundFiles.openLog(of: id, in: dataDirectory) }
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
