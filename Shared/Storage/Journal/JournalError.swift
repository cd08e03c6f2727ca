/// Why a journal operation failed. It is always an error value, never a trap: a full disk must not end running calls.
public struct JournalError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// No space is left, or the quota is used up. Earlier records are intact; try again later.
        case full
        /// Another process, or another part of this one, has this journal open.
        case held
        /// More bytes wait to be written than the limit allows.
        case overloaded
        /// The journal was closed, released or deleted.
        case closed
        /// A fact that cannot be written as JSON, or one of more than 16 MiB.
        case refused
        /// Any other error of the file system.
        case failed
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
