/// What is wrong with bytes that should be BSON, or with a value that should become it.
enum BSONError: Error, Hashable {
    case cutShort
    case wrongLength
    case unknownType(UInt8)
    case notTerminated
    case tooDeep
    case notRepresentable(String)

    /// Nested documents and arrays. MongoDB's own bound; recursion over more would end a process.
    static let depthLimit = 100
}
