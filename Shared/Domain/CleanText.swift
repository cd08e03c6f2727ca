import Foundation

/// Prepares words that a person said or typed, or that a model wrote, as input for a model.
public enum CleanText {
    /// NFC, on one line, without characters that a reader cannot see: zero-width and bidirectional controls, the tag
    /// block, variation selectors, private use. They can carry instructions that a person who reads the transcript does
    /// not see. The stored transcript keeps the original.
    public static func cleaned(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var owesSpace = false
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar.properties.isWhitespace {
                owesSpace = !kept.isEmpty
            } else if !isInvisible(scalar) {
                if owesSpace { kept.append(" ") }
                owesSpace = false
                kept.append(scalar)
            }
        }
        return String(kept)
    }

    /// Whether a reader cannot see this character.
    public static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        if scalar.properties.isDefaultIgnorableCodePoint { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate, .unassigned: return true
        default: return false
        }
    }
}
