/// Which bytes of a file a request wants (RFC 9110, section 14.1.2).
enum ByteRange: Equatable {
    /// No range, or one that may be ignored: several ranges, or another unit.
    case whole
    case part(ClosedRange<Int>)
    /// It begins behind the end.
    case notSatisfiable

    /// - Parameters:
    ///   - header: `Range`, such as `bytes=0-499`, `bytes=500-` or `bytes=-500`.
    ///   - size: of the file, in bytes.
    init(_ header: String?, of size: Int) {
        guard let header, let spec = header.wholeMatch(of: /bytes=([0-9]{0,18})-([0-9]{0,18})/) else {
            self = .whole
            return
        }
        switch (Int(spec.1), Int(spec.2)) {
        case (nil, nil): self = .whole
        case (nil, let last?): self = last > 0 && size > 0 ? .part(max(0, size - last)...size - 1) : .notSatisfiable
        case (let first?, let last):
            if let last, last < first {
                self = .whole
            } else {
                self = first < size ? .part(first...min(last ?? size - 1, size - 1)) : .notSatisfiable
            }
        }
    }
}
