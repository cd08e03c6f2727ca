import Foundation
import Logging
import Synchronization

/// How log lines are written: for machines, or for people.
enum LogFormat: String, CaseIterable, Sendable {
    case json, text
}

/// The log of a process: one line per event on stdout, each written with a single `write(2)` so that lines of several
/// threads never mix.
struct LogOutput: LogHandler {
    /// Set after the settings are read. Until then the defaults apply, so that an invalid setting can be logged too.
    private static let configuration = Mutex((level: Logger.Level.info, format: defaultFormat))
    private static let defaultFormat: LogFormat = isatty(STDOUT_FILENO) == 1 ? .text : .json

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
        let text = Redaction.apply(Self.configuration.withLock { $0.format } == .json ? line.json : line.text) + "\n"
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            // A log that can no longer be written must not stop the process.
            if written < 0, errno != EINTR { return }
            rest = rest.dropFirst(max(0, written))
        }
    }

    /// Installs this as the process's log handler. Until `configure` is called, the defaults apply.
    static func bootstrap() {
        LoggingSystem.bootstrap { _ in LogOutput() }
    }

    static func configure(_ config: Settings) throws(SettingError) {
        let values = config.values(of: CommonSettings.self)
        let level = try values.logLevel
        let format = try values.logFormat ?? defaultFormat
        configuration.withLock { $0 = (level, format) }
    }
}
