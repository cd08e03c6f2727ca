import Foundation
import Testing

@testable import ReportsService

@Suite struct TypefaceTests {
    static let folder = "/usr/share/fonts/truetype/dejavu"
    let typeface: Typeface

    init() throws { typeface = try Typeface(folder: Self.folder) }

    @Test(arguments: [
        "Příliš žluťoučký kůň úpěl ďábelské ódy", "Ταχίστη αλώπηξ βαφής ψημένη γη, δρασκελίζει",
        "Съешь ещё этих мягких булок",
        "Zażółć gęślą jaźń", "Þú dagnýtt — ſeþ, Ő Ű Ș Ț ĳ ŀ", "Їжак, ґанок, ўсё, љубав, ћевапи",
    ])
    func `European scripts are printed unchanged`(text: String) {
        #expect(typeface.printable(text) == text)
    }

    @Test func `a letter and its accent are composed to one character`() {
        #expect(typeface.printable("e\u{301}u\u{30A}").unicodeScalars.elementsEqual("éů".unicodeScalars))
    }

    @Test func `characters missing in the font are visibly replaced, a composed emoji once`() {
        #expect(typeface.printable("a日b") == "a\u{FFFD}b")
        #expect(typeface.printable("x👨‍👩‍👧‍👦y👍🏽z🏴󠁧󠁢󠁥󠁮󠁧󠁿") == "x\u{FFFD}y\u{FFFD}z\u{FFFD}")
    }

    @Test func `a stack of accents is cut`() {
        let tower = "x" + String(repeating: "\u{30D}", count: 70_000) + "y"
        #expect(typeface.printable(tower) == "x\u{30D}\u{30D}\u{30D}\u{30D}y")
    }

    @Test func `control, override and invisible characters are removed`() {
        let hostile = "a\0b\u{1B}[31mc\u{7F}d\u{85}e\u{202E}f\u{2066}g\u{200B}h\u{FEFF}i\u{AD}j\u{E0041}k\u{200F}l"
        #expect(typeface.printable(hostile) == "ab[31mcd efghijkl")
        #expect(
            typeface.printable("a\r\n\tb\u{2028}c") == "a  b c" || typeface.printable("a\r\n\tb\u{2028}c") == "a   b c")
    }

    @Test func `widths are those of the font`() throws {
        // DejaVu Sans 2.37: the advance of "M" is 1767 of 2048 units, of the space 651.
        #expect(abs(typeface.regular.width("M", size: 1000) - 862) < 1)
        #expect(abs(typeface.regular.width(" ", size: 1000) - 317) < 1)
        #expect(typeface.regular.width("日", size: 1000) == 0)
    }

    @Test(arguments: [0, 4, 11, 12, 100, 1000, 5000, 100_000])
    func `a truncated font file is refused and never read past its end`(length: Int) throws {
        let folder = try ScratchFolder()
        let whole = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/DejaVuSans.ttf"))
        try whole.prefix(length).write(to: URL(fileURLWithPath: folder.path + "/DejaVuSans.ttf"))
        #expect(throws: TrueTypeFont.Unreadable.self) { try Typeface(folder: folder.path) }
    }

    @Test func `a missing font is named`() {
        let error = #expect(throws: TrueTypeFont.Unreadable.self) { try Typeface(folder: "/nowhere") }
        #expect(error?.description.contains("/nowhere/DejaVuSans.ttf") == true)
    }
}
