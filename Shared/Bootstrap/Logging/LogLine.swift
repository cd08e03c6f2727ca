import Foundation
import Logging

/// One log event, rendered. Control characters never reach the output, so that no value can forge a line or move a
/// cursor.
struct LogLine {
    let date: Date
    let level: Logger.Level
    let message: String
    let metadata: Logger.Metadata

    private static let timestamp = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    /// The keys that every line has. A metadata value of the same name is kept under `meta.<name>`.
    private static let reserved: Set<String> = ["ts", "level", "msg"]
    /// Of the message and of each value, in bytes. What a library logs about itself may be of any size.
    private static let longestText = 8 << 10

    /// `{"ts":…,"level":…,"msg":…,"process":…,…}`
    var json: String {
        var line = "{\"ts\":\"\(date.formatted(Self.timestamp))\",\"level\":\"\(level.rawValue)\",\"msg\":"
        line += Self.quoted(message)
        for (key, value) in metadata.sorted(by: { Self.rank($0.key) < Self.rank($1.key) }) {
            line += "," + Self.quoted(Self.reserved.contains(key) ? "meta.\(key)" : key) + ":" + Self.quoted(value)
        }
        return line + "}"
    }

    /// `17:52:12.123 info  relay listening  path=…`
    var text: String {
        let time = date.formatted(Self.timestamp).dropFirst(11).dropLast()
        var line = "\(time) \(level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0))"
        if let process = metadata["process"] {
            line += "\(process)".padding(toLength: 11, withPad: " ", startingAt: 0)
        }
        line += Self.bounded(message)
        for (key, value) in metadata.sorted(by: { Self.rank($0.key) < Self.rank($1.key) })
        where key != "process" && key != "instance" {
            line += "  \(key)=\(Self.bounded("\(value)"))"
        }
        return String(String.UnicodeScalarView(line.unicodeScalars.map { Self.isControl($0) ? " " : $0 }))
    }

    /// Process and instance come first, then session and request, then the other keys by name.
    private static func rank(_ key: String) -> (Int, String) {
        (["process", "instance", "sessionId", "requestId"].firstIndex(of: key) ?? 4, key)
    }

    private static func quoted(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .stringConvertible(let value): quoted("\(value)")
        case .array(let values): whole("[" + values.map(quoted).joined(separator: ",") + "]")
        case .dictionary(let members):
            whole(
                "{"
                    + members.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + quoted($0.value) }
                    .joined(separator: ",") + "}")
        }
    }

    /// JSON that is too long becomes a text, because a part of it would be no JSON.
    private static func whole(_ json: String) -> String {
        json.utf8.count > longestText ? quoted(json) : json
    }

    private static func bounded(_ text: String) -> String {
        let count = text.utf8.count
        guard count > longestText else { return text }
        // A character has at most four bytes, so one of these cuts is between two.
        let start = (0..<4).lazy.compactMap { String(text.utf8.prefix(longestText - $0)) }.first ?? ""
        return "\(start)… (\(count) bytes)"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in bounded(text).unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where isControl(scalar):
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// C0, DEL, C1, and the line and paragraph separators that some viewers break lines at.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
    }
}
