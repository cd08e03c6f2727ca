extension String {
    /// What stands where a text was shortened.
    public static let omission = " […]"

    /// The longest beginning that takes at most this many bytes of UTF-8 and breaks no Unicode scalar. A bound in
    /// characters is none: one character may have any number of combining marks.
    public func beginning(bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: max(0, limit))
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(unicodeScalars[..<end])
    }

    /// The text itself if it takes at most this many bytes of UTF-8, otherwise its beginning and, if there is room,
    /// `omission`, which together take no more.
    public func shortened(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        guard limit >= Self.omission.utf8.count else { return beginning(bytes: limit) }
        return beginning(bytes: limit - Self.omission.utf8.count) + Self.omission
    }
}
