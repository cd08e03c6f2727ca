/// Makes whole samples of PCM16 from pieces of any length: an odd byte waits for the next piece.
public struct WholeSamples: Sendable {
    private var odd: UInt8?

    public init() {}

    /// Whether a piece of this length passes as it is.
    @inlinable
    public func passes(_ count: Int) -> Bool { !isWaiting && count.isMultiple(of: 2) }

    @usableFromInline var isWaiting: Bool { odd != nil }

    /// - Parameter body: called with whole samples, valid until it returns; not called when there are none.
    public mutating func take(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        guard !passes(bytes.count) else {
            if !bytes.isEmpty { body(bytes) }
            return
        }
        var whole: [UInt8] = []
        whole.reserveCapacity(bytes.count + 1)
        if let odd { whole.append(odd) }
        whole.append(contentsOf: bytes)
        odd = whole.count.isMultiple(of: 2) ? nil : whole.popLast()
        if !whole.isEmpty { whole.withUnsafeBytes(body) }
    }
}
