import Foundation
import Logging

/// The variables that every process reads.
struct CommonSettings: SettingTable {
    let instance = Setting.string(
        "INSTANCE_ID", meaning: "name of this instance, unique per service; %H stands for the host name"
    ).optional(shownAs: "host name and pid")
    let sockets = Setting.string(
        "SOCKET_DIR", default: ".run/sockets", meaning: "folder of the Unix sockets, shared by all processes")
    let logLevel = Setting<Logger.Level>.choice(
        "LOG_LEVEL", default: .info, meaning: "the least important log lines that are written")
    let logFormat = Setting<LogFormat>.choice("LOG_FORMAT", meaning: "how log lines are written")
        .optional(shownAs: "text on a terminal, json elsewhere")

    /// `<host>-<pid>` when `INSTANCE_ID` is not set. At most 64 bytes; a byte that is not safe in a file name becomes a
    /// hyphen.
    ///
    /// A container keeps its host name over restarts, so `%H` gives it a stable instance name.
    static func instanceName(_ given: String?) -> String {
        let host = ProcessInfo.processInfo.hostName
        let name =
            given?.replacing("%H", with: host) ?? "\(host)-\(ProcessInfo.processInfo.processIdentifier)"
        let safe = name.utf8.prefix(64).map { byte in
            let isSafe =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            return isSafe ? Character(UnicodeScalar(byte)) : "-"
        }
        let text = String(safe)
        // A leading dot would hide the socket from the processes that look for it.
        return text.hasPrefix(".") ? "-" + text.dropFirst() : text
    }
}

extension Setting {
    /// Optional, with a text that `--help` shows instead of "none".
    ///
    /// - Parameter text: nil to show it as required, for a variable that is required unless another one says otherwise.
    public func optional(shownAs text: String?) -> Setting<Value?> {
        let parse = self.parse
        return Setting<Value?>(
            name, allowed: allowed, default: .some(nil), defaultText: text, secret: isSecret, meaning: meaning,
            parse: { parse($0).map { .some($0) } })
    }
}
