import Foundation
import Logging
import Synchronization

/// How log lines are written: for machines, or for people.
enum LogFormat: String, CaseIterable, Sendable {
    case json, text
}

/// The log of a process: one line per event on stdout. `LogWriter` writes it.
struct LogOutput: LogHandler {
    /// Set after the settings are read. Until then the defaults apply, so that an invalid setting can be logged too.
    private static let configuration = Mutex(Configuration())
    private static let defaultFormat: LogFormat = isatty(STDOUT_FILENO) == 1 ? .text : .json

    private struct Configuration {
        var level = Logger.Level.info
        var format = LogOutput.defaultFormat
        /// Which process this is, for lines that no logger writes.
        var identity: Logger.Metadata = [:]
    }

    /// A few seconds of a busy process at `debug`.
    private static let queueLimit = 4 << 20
    /// How long the end of the process waits for its last lines.
    private static let patience = Duration.seconds(1)

    private static let writer = LogWriter(limit: queueLimit, write: LogWriter.standardOutput) { count in
        let identity = configuration.withLock { $0.identity }
        let line = LogLine(
            date: Date(), level: .warning, message: "log lines were dropped, because nothing read them",
            metadata: identity.merging(["lines": "\(count)"]) { _, new in new })
        return bytes(of: line)
    }

    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private var ownLevel: Logger.Level?

    init() {}

    var logLevel: Logger.Level {
        get { ownLevel ?? Self.configuration.withLock { $0.level } }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let given = event.metadata { all.merge(given) { _, new in new } }
        if let error = event.error { all["error"] = "\(error)" }
        let line = LogLine(date: Date(), level: event.level, message: "\(event.message)", metadata: all)
        Self.writer.add(Self.bytes(of: line))
    }

    private static func bytes(of line: LogLine) -> [UInt8] {
        let isJSON = configuration.withLock { $0.format } == .json
        return Array((Redaction.apply(isJSON ? line.json : line.text) + "\n").utf8)
    }

    /// Installs this as the process's log handler. Until `configure` is called, the defaults apply.
    static func bootstrap() {
        LoggingSystem.bootstrap { _ in LogOutput() }
        atexit { LogOutput.flush() }
    }

    /// Waits for the last lines. `exit` does this by itself, `_exit` does not.
    static func flush() {
        writer.flush(within: patience)
    }

    static func identify(_ service: String, _ instance: String) {
        configuration.withLock { $0.identity = ["process": "\(service)", "instance": "\(instance)"] }
    }

    static func configure(_ config: Settings) throws(SettingError) {
        let values = config.values(of: CommonSettings.self)
        let level = try values.logLevel
        let format = try values.logFormat ?? defaultFormat
        configuration.withLock {
            $0.level = level
            $0.format = format
        }
    }
}
