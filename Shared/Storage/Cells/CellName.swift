/// The name of a cell: part of addresses, so it must be a label of a host name.
public enum CellName {
    public static let longest = 63
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz")
    private static let lettersAndDigits = letters + Array("0123456789")

    public static func isValid(_ text: String) -> Bool {
        text.utf8.count <= longest && text.first != "-" && text.last != "-" && !text.isEmpty
            && text.allSatisfy { $0 == "-" || lettersAndDigits.contains($0) }
    }

    /// A name that no other cell has: 12 characters, 60 bits.
    public static func random() -> String {
        let first = letters.randomElement().map(String.init) ?? "c"
        return first + String((0..<11).compactMap { _ in lettersAndDigits.randomElement() })
    }
}
