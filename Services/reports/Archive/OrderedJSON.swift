import Domain
import Foundation

/// JSON that keeps its members in the given order, with the spacing of the spec's examples.
///
/// `JSONEncoder` supports neither, and the data files are compared with the spec by people and by `diff`.
enum OrderedJSON: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Always printed with a decimal point; a value that is not finite becomes `null`, because JSON cannot represent
    /// it.
    case number(Double)
    case string(String)
    case list([OrderedJSON])
    case object([Member])

    struct Member: Equatable {
        var key: String
        var value: OrderedJSON

        init(_ key: String, _ value: OrderedJSON) {
            self.key = key
            self.value = value
        }
    }

    /// - Parameter order: the keys that come first, in this order, wherever they occur. Other keys follow by name: a
    ///   Swift dictionary does not keep the order they were sent in.
    init(_ value: JSONValue, order: [String] = []) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let whole): self = .integer(whole)
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .array(let items): self = .list(items.map { OrderedJSON($0, order: order) })
        case .object(let members):
            let sorted = members.sorted { left, right in
                switch (order.firstIndex(of: left.key), order.firstIndex(of: right.key)) {
                case (let a?, let b?): a < b
                case (_?, nil): true
                case (nil, _?): false
                case (nil, nil): left.key < right.key
                }
            }
            self = .object(sorted.map { Member($0.key, OrderedJSON($0.value, order: order)) })
        }
    }

    /// A time in the session in seconds, rounded to the millisecond.
    static func seconds(_ time: Double) -> OrderedJSON {
        .number(time.isFinite ? (time * 1000).rounded() / 1000 : 0)
    }

    static func integer(_ whole: Int) -> OrderedJSON {
        .integer(Int64(whole))
    }

    static func strings(_ texts: [String]) -> OrderedJSON {
        .list(texts.map { .string($0) })
    }
}

extension OrderedJSON {
    /// On one line: `{"time": 0.0, "data": [1, 2]}`.
    var line: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// On several lines, indented by two spaces per level; a list of plain values stays on one line, as in the spec.
    var document: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    private var isContainer: Bool {
        switch self {
        case .list(let items): !items.isEmpty
        case .object(let members): !members.isEmpty
        case .null, .bool, .integer, .number, .string: false
        }
    }

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .integer(let whole): text += String(whole)
        case .number(let number): text += number.isFinite ? String(number) : "null"
        case .string(let string): Self.write(string, to: &text)
        case .list(let items):
            let inner = items.contains(where: \.isContainer) ? indent.map { $0 + 1 } : nil
            Self.write(items, between: ("[", "]"), to: &text, indent: inner) { item, text in
                item.write(to: &text, indent: inner)
            }
        case .object(let members):
            let inner = indent.map { $0 + 1 }
            Self.write(members, between: ("{", "}"), to: &text, indent: inner) { member, text in
                Self.write(member.key, to: &text)
                text += ": "
                member.value.write(to: &text, indent: inner)
            }
        }
    }

    private static func write<Item>(
        _ items: [Item], between brackets: (String, String), to text: inout String, indent: Int?,
        item write: (Item, inout String) -> Void
    ) {
        text += brackets.0
        for (index, item) in items.enumerated() {
            if index > 0 { text += indent == nil ? ", " : "," }
            if let indent { text += "\n" + String(repeating: "  ", count: indent) }
            write(item, &text)
        }
        if let indent, !items.isEmpty { text += "\n" + String(repeating: "  ", count: indent - 1) }
        text += brackets.1
    }

    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            // NEL and the two Unicode separators end a line for some parsers, and one record must stay on one line.
            case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
