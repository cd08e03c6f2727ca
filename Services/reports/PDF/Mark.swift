/// One thing to be drawn on a page. Layout makes marks, `PDFDocument` draws them, and neither depends on the other.
///
/// Coordinates are points (1/72 inch) from the upper left corner of the page, y downwards.
enum Mark: Equatable, Sendable {
    /// `y` is the baseline. The text is printable in the style's font.
    case text(String, x: Double, y: Double, style: Typeface.Style, size: Double, ink: Ink)
    case rectangle(x: Double, y: Double, width: Double, height: Double, radius: Double, ink: Ink)
    case line([Point], width: Double, ink: Ink, dashed: Bool)
    case dot(Point, radius: Double, ink: Ink)
    /// A ring of which `fraction`, 0…1, is drawn, clockwise from the top.
    case ring(Point, radius: Double, width: Double, fraction: Double, ink: Ink)

    struct Point: Equatable, Sendable {
        var x: Double
        var y: Double
    }
}

/// A colour, each component 0…1.
struct Ink: Equatable, Sendable {
    var red: Double
    var green: Double
    var blue: Double

    init(_ hex: UInt32) {
        red = Double(hex >> 16 & 0xFF) / 255
        green = Double(hex >> 8 & 0xFF) / 255
        blue = Double(hex & 0xFF) / 255
    }

    // Text in any of the text colours has a contrast of at least 4.5 on white, also when printed in grey.
    static let text = Ink(0x1F2937)
    static let quiet = Ink(0x5B6472)
    static let brand = Ink(0x14284B)
    static let accent = Ink(0x0B6E7F)
    static let good = Ink(0x1B7A43)
    static let bad = Ink(0xB3261E)
    static let warning = Ink(0x8A5A00)
    static let white = Ink(0xFFFFFF)
    static let onBrand = Ink(0xC9D6EA)
    static let rule = Ink(0xD5DAE1)
    static let faint = Ink(0xEEF1F5)
    static let paleBad = Ink(0xFBEDEC)
    static let paleGood = Ink(0xE8F4EC)
    static let paleWarning = Ink(0xFCF4E3)
}

/// A page's marks, and the bookmarks that lead to it.
struct LaidPage: Equatable, Sendable {
    var marks: [Mark] = []
    /// Title and y of each section that begins here.
    var bookmarks: [(title: String, y: Double)] = []

    static func == (left: LaidPage, right: LaidPage) -> Bool {
        left.marks == right.marks && left.bookmarks.elementsEqual(right.bookmarks) { $0 == $1 }
    }
}
