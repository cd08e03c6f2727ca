import Foundation

/// The two fonts of the report, and text made fit for them.
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

    /// Text as it can be printed: composed, without anything invisible, with `�` for what the fonts lack.
    ///
    /// Controls, bidirectional overrides, zero-width and tag characters go, because they could make a line read other
    /// than it was spoken. Line breaks become spaces. Of many accents on one letter a few stay: the rest would be drawn
    /// over the lines around it.
    func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var marks = 0
        for character in text.precomposedStringWithCanonicalMapping {
            // An emoji is often several characters: one replacement stands for all of them.
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
    /// Controls, format characters (bidi overrides, zero-width characters, tags), variation selectors, unassigned.
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: true
        default: properties.isVariationSelector
        }
    }
}
