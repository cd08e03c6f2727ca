/// JSON to be written, with its members in the order in which they are given. `JSONEncoder` does not keep it.
public enum OrderedJSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case large(Int128)
    /// Always printed with a decimal point; a number that is not finite becomes `null`, because JSON cannot express it.
    case number(Double)
    case string(String)
    case array([OrderedJSON])
    case object([Member])

    public struct Member: Equatable, Sendable {
        public var key: String
        public var value: OrderedJSON

        public init(_ key: String, _ value: OrderedJSON) {
            self.key = key
            self.value = value
        }
    }

    /// - Parameter order: the keys that come first, in this order, wherever they occur. Other keys follow by name: a
    ///   Swift dictionary has lost the order they were sent in.
    public init(_ value: JSONValue, order: [String] = []) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let whole): self = .integer(whole)
        case .large(let whole): self = .large(whole)
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .array(let items): self = .array(items.map { OrderedJSON($0, order: order) })
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

    public static func integer(_ whole: Int) -> OrderedJSON {
        .integer(Int64(whole))
    }

    public static func strings(_ texts: [String]) -> OrderedJSON {
        .array(texts.map { .string($0) })
    }
}

extension OrderedJSON {
    /// Without any white space: `{"time":0.0,"data":[1,2]}`.
    public var compact: String {
        var text = ""
        write(to: &text, .compact)
        return text
    }

    /// On one line: `{"time": 0.0, "data": [1, 2]}`.
    public var line: String {
        var text = ""
        write(to: &text, .line)
        return text
    }

    /// On many lines, two spaces deeper with each level; an array of plain values stays on one line.
    public var document: String {
        var text = ""
        write(to: &text, .indented(0))
        return text
    }

    private enum Form: Equatable {
        case compact, line
        /// - Parameter level: of the value.
        case indented(Int)

        var inner: Form {
            if case .indented(let level) = self { .indented(level + 1) } else { self }
        }
    }

    private var isContainer: Bool {
        switch self {
        case .array(let items): !items.isEmpty
        case .object(let members): !members.isEmpty
        case .null, .bool, .integer, .large, .number, .string: false
        }
    }

    private func write(to text: inout String, _ form: Form) {
        switch self {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .integer(let whole): text += String(whole)
        case .large(let whole): text += String(whole)
        case .number(let number): text += number.isFinite ? String(number) : "null"
        case .string(let string): Self.write(string, to: &text, form)
        case .array(let items):
            let inner = form == .compact || items.contains(where: \.isContainer) ? form.inner : .line
            Self.write(items, between: ("[", "]"), to: &text, inner) { item, text in
                item.write(to: &text, inner)
            }
        case .object(let members):
            let inner = form.inner
            Self.write(members, between: ("{", "}"), to: &text, inner) { member, text in
                Self.write(member.key, to: &text, form)
                text += form == .compact ? ":" : ": "
                member.value.write(to: &text, inner)
            }
        }
    }

    private static func write<Item>(
        _ items: [Item], between brackets: (String, String), to text: inout String, _ form: Form,
        item write: (Item, inout String) -> Void
    ) {
        text += brackets.0
        for (index, item) in items.enumerated() {
            if index > 0 { text += form == .line ? ", " : "," }
            if case .indented(let level) = form { text += "\n" + String(repeating: "  ", count: level) }
            write(item, &text)
        }
        if case .indented(let level) = form, !items.isEmpty {
            text += "\n" + String(repeating: "  ", count: level - 1)
        }
        text += brackets.1
    }

    private static func write(_ string: String, to text: inout String, _ form: Form) {
        text += "\""
        defer { text += "\"" }
        if form == .compact, string.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }) {
            text += string
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r" where form != .compact: text += "\\r"
            case "\t" where form != .compact: text += "\\t"
            case "\0"..<" ": escape(scalar, to: &text)
            // NEL and the two Unicode separators end a line for some readers, and one record must stay on one line.
            case "\u{7F}"..."\u{9F}" where form != .compact: escape(scalar, to: &text)
            case "\u{2028}" where form != .compact, "\u{2029}" where form != .compact: escape(scalar, to: &text)
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func escape(_ scalar: Unicode.Scalar, to text: inout String) {
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
