import Foundation
import JSON

/// Finds the JSON in what a model wrote: bare, in a Markdown fence, behind its thoughts, or between sentences.
enum AnswerText {
    /// Each is a scan over the rest of the text.
    private static let mostObjects = 8

    /// The text without what stands before the end of the model's thoughts. Empty if they do not end.
    static func withoutThoughts(_ text: String) -> Substring {
        if let end = text.range(of: "</think>", options: .backwards) { return text[end.upperBound...] }
        return text.drop(while: \.isWhitespace).hasPrefix("<think>") ? "" : text[...]
    }

    /// The first JSON objects in the text, in order.
    static func objects(in text: String) -> [Data] {
        let bytes = Array(withoutThoughts(text).utf8)
        var objects: [Data] = []
        var start = 0
        for _ in 0..<mostObjects {
            guard let open = bytes[start...].firstIndex(of: UInt8(ascii: "{")) else { break }
            if let close = end(of: bytes[open...]) {
                objects.append(Data(bytes[open...close]))
                start = close + 1
            } else {
                start = open + 1
            }
        }
        return objects
    }

    /// The index of the brace that closes the first one; braces in strings do not count.
    private static func end(of bytes: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for (index, byte) in zip(bytes.indices, bytes) {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
        }
        return nil
    }
}

extension JSONSchema {
    /// The value with what models get wrong put right where the meaning is plain: whole numbers with a fraction, which
    /// are rounded, or as text; flags as text; choices in other letters; null for an empty list. What remains wrong is
    /// for the decoder to refuse.
    func mended(_ value: JSONValue) -> JSONValue {
        switch (self, value) {
        case (.integer, .number(let number)): Self.whole(number) ?? value
        case (.integer, .string(let text)):
            Double(text.trimmingCharacters(in: .whitespaces)).flatMap { Self.whole($0) } ?? value
        case (.boolean, .string(let text)):
            switch text.trimmingCharacters(in: .whitespaces).lowercased() {
            case "true": true
            case "false": false
            default: value
            }
        case (.choice(let choices, _), .string(let text)): .string(Self.choice(text, of: choices) ?? text)
        case (.optional(.choice(let choices, _)), .string(let text)):
            if let choice = Self.choice(text, of: choices) {
                .string(choice)
            } else {
                ["", "null", "none"].contains(text.lowercased()) ? .null : value
            }
        case (.optional(let schema), _): value == .null ? .null : schema.mended(value)
        case (.array(let items, _), .array(let values)): .array(values.map { items.mended($0) })
        case (.array, .null): []
        case (.object(let properties, _), .object(let members)):
            .object(
                properties.reduce(into: members) { members, property in
                    if let member = members[property.name] { members[property.name] = property.schema.mended(member) }
                })
        default: value
        }
    }

    private static func whole(_ number: Double) -> JSONValue? {
        Int64(exactly: number.rounded()).map { .integer($0) }
    }

    private static func choice(_ text: String, of choices: [String]) -> String? {
        if choices.contains(text) { return text }
        let wanted = text.trimmingCharacters(in: .whitespaces).lowercased()
        return choices.first { $0.lowercased() == wanted }
    }
}
