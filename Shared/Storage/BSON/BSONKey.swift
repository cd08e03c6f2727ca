/// Keys that come from outside: the names that clients give the members of `metadata` and of an event's `data`.
///
/// MongoDB gives a leading `$`, `.` and the empty key special meanings, which differ between versions and commands, and
/// BSON keys cannot contain NUL. These are therefore stored as the full-width per cent sign and two hexadecimal digits
/// (the sign alone for the empty key), and restored when read. All other keys are stored unchanged.
enum BSONKey {
    private static let escape: Character = "\u{ff05}"
    private static let codes: [Character: String] = ["\0": "00", "$": "24", ".": "2E", escape: "25"]
    private static let empty = "\(escape)"

    static func stored(_ key: String) -> String {
        if key.isEmpty { return empty }
        // Most keys are plain, and a look at their bytes is enough. 0xEF is the first byte of the escape itself.
        guard key.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: ".") || $0 == 0xef })
        else { return key }
        var stored = String.UnicodeScalarView()
        for (index, scalar) in key.unicodeScalars.enumerated() {
            if let code = codes[Character(scalar)], scalar != "$" || index == 0 {
                stored.append(contentsOf: (empty + code).unicodeScalars)
            } else {
                stored.append(scalar)
            }
        }
        return String(stored)
    }

    /// An escape that we did not write is not changed.
    static func original(_ stored: String) -> String {
        guard stored.utf8.contains(0xef) else { return stored }
        if stored == empty { return "" }
        let scalars = Array(stored.unicodeScalars)
        var original = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            if Character(scalars[index]) == escape, index + 2 < scalars.count,
                let character = codes.first(where: {
                    $0.value.unicodeScalars.elementsEqual(scalars[index + 1...index + 2])
                })?.key
            {
                original.append(contentsOf: character.unicodeScalars)
                index += 3
            } else {
                original.append(scalars[index])
                index += 1
            }
        }
        return String(original)
    }
}
