/// Why a content file cannot be used: the file, the invalid field and the reason. Its description is one line.
public struct ContentError: Error, Hashable, CustomStringConvertible {
    /// Name of the file, without its folder.
    public let file: String
    /// Path of the field, `rubric.categories[2].weight`; empty for the file as a whole.
    public let field: String
    public let reason: String

    public init(file: String, field: String, reason: String) {
        self.file = file
        self.field = field
        self.reason = reason
    }

    /// The error of a decoder, with the field at which it stopped.
    public init(file: String, decoding error: any Error) {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            self.init(file: file, path: context.codingPath + [key], reason: "is missing")
        case DecodingError.typeMismatch(let type, let context):
            self.init(file: file, path: context.codingPath, reason: "is not a value of type \(type)")
        case DecodingError.valueNotFound(let type, let context):
            self.init(file: file, path: context.codingPath, reason: "is empty where a \(type) is expected")
        case DecodingError.dataCorrupted(let context):
            let cause = context.underlyingError.map { "\($0)" } ?? context.debugDescription
            self.init(file: file, path: context.codingPath, reason: Self.oneLine(cause))
        default:
            self.init(file: file, field: "", reason: Self.oneLine("\(error)"))
        }
    }

    private init(file: String, path: [any CodingKey], reason: String) {
        let field = path.reduce(into: "") { field, key in
            if let index = key.intValue {
                field += "[\(index)]"
            } else {
                field += field.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        self.init(file: file, field: field, reason: reason)
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    public var description: String {
        field.isEmpty ? "\(file): \(reason)" : "\(file): \(field) \(reason)"
    }
}
