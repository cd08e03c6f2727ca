/// The error in bytes that should be BSON, or in a value to be encoded as BSON.
enum BSONError: Error, Hashable {
    case cutShort
    case wrongLength
    case unknownType(UInt8)
    case notTerminated
    case tooDeep
    case notRepresentable(String)

    /// Maximum nesting of documents and arrays. MongoDB's own limit; deeper recursion would crash the process.
    static let depthLimit = 100
}
