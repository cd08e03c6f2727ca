import Foundation

/// The `.env` file, read as Docker Compose and the dotenv libraries read it: `NAME=value` lines, an optional `export`,
/// `#` comments on a separate line or after a space. A value in quotes is taken literally, also over several lines;
/// in double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are escapes. Other variables are not expanded.
///
/// `deploy/processes.py` reads it by the same rules.
enum EnvironmentFile {
    /// - Throws: if the file exists but cannot be read. A missing file counts as empty.
    static func read(_ path: String) throws -> [String: String] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        return parsed(try String(contentsOfFile: path, encoding: .utf8))
    }

    /// If a name occurs more than once, the last line wins. Lines that are not assignments are skipped.
    static func parsed(_ text: String) -> [String: String] {
        var variables: [String: String] = [:]
        // A byte order mark comes from editors on Windows, as do line ends of two characters.
        let text = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        var rest = Array(text.unicodeScalars)[...]
        if rest.first == "\u{FEFF}" { rest.removeFirst() }
        while !rest.isEmpty {
            let line = rest.prefix { $0 != "\n" }
            var end = line.endIndex
            if let (name, value) = assignment(line) {
                if let quoted = quoted(rest[value...]) {
                    variables[name] = quoted.text
                    end = quoted.end
                } else {
                    variables[name] = unquoted(line[value...])
                }
            }
            rest = rest[end...].dropFirst()
        }
        return variables
    }

    /// The name, and where the value begins.
    private static func assignment(_ line: ArraySlice<Unicode.Scalar>) -> (name: String, value: Int)? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        var name = trimmed(line[..<equals])
        let keyword = "export".unicodeScalars
        if name.starts(with: keyword), name.dropFirst(keyword.count).first.map(isBlank) == true {
            name = trimmed(name.dropFirst(keyword.count))
        }
        guard let first = name.first, !("0"..."9").contains(first), name.allSatisfy(isNameScalar) else { return nil }
        return (string(name), equals + 1)
    }

    /// - Parameter text: the value and everything after it.
    /// - Returns: the value and the end of its last line; nil when no value in quotes is there.
    private static func quoted(_ text: ArraySlice<Unicode.Scalar>) -> (text: String, end: Int)? {
        let begin = text.drop(while: isBlank)
        guard let quote = begin.first, quote == "\"" || quote == "'" else { return nil }
        var value = String.UnicodeScalarView()
        var rest = begin.dropFirst()
        while let scalar = rest.first, scalar != quote {
            rest = rest.dropFirst()
            guard scalar == "\\", quote == "\"", let next = rest.first else {
                value.append(scalar)
                continue
            }
            rest = rest.dropFirst()
            switch next {
            case "n": value.append("\n")
            case "r": value.append("\r")
            case "t": value.append("\t")
            case "\"", "\\", "$": value.append(next)
            default: value.append(contentsOf: [scalar, next])
            }
        }
        guard !rest.isEmpty else { return nil }
        let tail = rest.dropFirst().prefix { $0 != "\n" }
        // Something else follows: the quotes are part of the value.
        guard tail.first(where: { !isBlank($0) }) ?? "#" == "#" else { return nil }
        return (String(value), tail.endIndex)
    }

    /// - Parameter text: the rest of the line after the equals sign.
    private static func unquoted(_ text: ArraySlice<Unicode.Scalar>) -> String {
        let comment = text.indices.first { text[$0] == "#" && $0 > text.startIndex && isBlank(text[$0 - 1]) }
        return string(trimmed(text[..<(comment ?? text.endIndex)]))
    }

    private static func trimmed(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        let begin = text.drop(while: isBlank)
        return begin.dropLast(begin.reversed().prefix(while: isBlank).count)
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
    }
}
