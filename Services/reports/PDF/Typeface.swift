import Foundation

/// The two fonts of the report, which also make text printable in them.
struct Typeface: Sendable {
    enum Style: Sendable {
        case regular, bold
    }

    let regular: TrueTypeFont
    let bold: TrueTypeFont

    /// - Parameter folder: holds `DejaVuSans.ttf` and `DejaVuSans-Bold.ttf` (Debian: fonts-dejavu-core).
    init(folder: String) throws(TrueTypeFont.Unreadable) {
        regular = try TrueTypeFont(path: "\(folder)/DejaVuSans.ttf")
        bold = try TrueTypeFont(path: "\(folder)/DejaVuSans-Bold.ttf")
    }

    func font(_ style: Style) -> TrueTypeFont {
        switch style {
        case .regular: regular
        case .bold: bold
        }
    }

    /// Printable text: composed, without invisible characters, and with `�` for characters that the fonts lack.
    ///
    /// Controls, bidirectional overrides, zero-width and tag characters are removed, because they could make a line
    /// read differently from what was said. Line breaks become spaces. At most four accents on one letter are kept:
    /// more would be drawn over the lines around it.
    func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var marks = 0
        for character in text.precomposedStringWithCanonicalMapping {
            // An emoji often consists of several scalars, which get one replacement together.
            var missing = false
            for scalar in character.unicodeScalars {
                if scalar.properties.isWhitespace && scalar != "\u{A0}" {
                    result.append(" ")
                } else if scalar.isInvisible {
                    continue
                } else if regular.has(scalar) && bold.has(scalar) {
                    marks = regular.width(scalar, size: 1) > 0 ? 0 : marks + 1
                    if marks <= 4 { result.append(scalar) }
                } else if !missing {
                    missing = true
                    result.append("\u{FFFD}")
                }
            }
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// Controls, format characters (bidi overrides, zero-width characters, tags), line separators, variation selectors.
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: true
        default: properties.isVariationSelector
        }
    }
}
