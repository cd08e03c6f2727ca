import Domain

/// Prepares words that a person said or typed as input for a model.
public enum SpokenText {
    /// `CleanText.cleaned`: NFC, on one line, without characters that a reader cannot see.
    public static func cleaned(_ text: String) -> String { CleanText.cleaned(text) }

    /// True if the text contains characters that only serve to hide something: the tag block, variation selectors
    /// beyond the sixteen of emoji, and controls that override the direction of writing.
    public static func hidesSomething(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0xE0000...0xE0FFF, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
    }

    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool { CleanText.isInvisible(scalar) }
}
