/// Font, size and colour of a piece of text.
struct TextStyle: Sendable {
    var style: Typeface.Style
    /// Points.
    var size: Double
    var ink: Ink
    /// Height of a line in multiples of `size`.
    var leading = 1.4

    var lineHeight: Double { size * leading }

    /// From the top of a line to its baseline.
    var baseline: Double { size * (leading - 1) / 2 + size * 0.8 }

    static let section = TextStyle(style: .bold, size: 13, ink: .brand)
    static let title = TextStyle(style: .bold, size: 9.5, ink: .text)
    static let body = TextStyle(style: .regular, size: 9, ink: .text, leading: 1.45)
    static let quote = TextStyle(style: .regular, size: 8.5, ink: .accent)
    static let small = TextStyle(style: .regular, size: 8, ink: .quiet)
    static let label = TextStyle(style: .bold, size: 7, ink: .quiet)

    func with(_ ink: Ink) -> TextStyle {
        var copy = self
        copy.ink = ink
        return copy
    }
}
