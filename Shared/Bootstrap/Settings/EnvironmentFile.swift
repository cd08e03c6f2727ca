import Foundation

/// The `.env` file: `NAME=value` lines, `#` comments, an optional `export`, optional quotes around the value.
enum EnvironmentFile {
    /// - Throws: if the file exists but cannot be read. A missing file counts as empty.
    static func read(_ path: String) throws -> [String: String] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        return parsed(try String(contentsOfFile: path, encoding: .utf8))
    }

    /// If a name occurs more than once, the last line wins. Lines that are not assignments are skipped.
    static func parsed(_ text: String) -> [String: String] {
        var variables: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let halves = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let first = halves.first, let last = halves.last else { continue }
            var name = first.trimmingCharacters(in: .whitespaces)
            if name.hasPrefix("export ") { name = name.dropFirst(7).trimmingCharacters(in: .whitespaces) }
            guard !name.isEmpty, !name.hasPrefix("#") else { continue }
            variables[name] = unquoted(last.trimmingCharacters(in: .whitespaces))
        }
        return variables
    }

    private static func unquoted(_ value: String) -> String {
        guard value.count >= 2, let quote = value.first, quote == value.last, quote == "\"" || quote == "'" else {
            return value
        }
        return String(value.dropFirst().dropLast())
    }
}
