import Testing

@testable import ReportsService

@Suite struct TextBlockTests {
    let font: TrueTypeFont

    init() throws { font = try Typeface(folder: TypefaceTests.folder).regular }

    private func lines(_ text: String, width: Double = 100) -> [String] {
        TextBlock(text, font: font, size: 10, width: width).lines
    }

    @Test func `lines break at spaces and none is too wide`() {
        let text = "The quick brown fox jumps over the lazy dog and goes home again"
        let lines = lines(text)
        #expect(lines.count > 3)
        #expect(lines.allSatisfy { font.width($0, size: 10) <= 100 })
        #expect(lines.joined(separator: " ") == text)
    }

    @Test func `a line takes the next word when it just fits`() {
        let width = font.width("one two", size: 10)
        #expect(lines("one two three", width: width) == ["one two", "three"])
    }

    @Test func `a word wider than a line is split without losing a letter`() {
        let word = String(repeating: "Donaudampfschifffahrt", count: 20)
        let lines = lines("see " + word + " end")
        #expect(lines.first == "see")
        #expect(lines.allSatisfy { font.width($0, size: 10) <= 100 })
        #expect(lines.joined().filter { $0 != " " } == "see" + word + "end")
    }

    @Test func `characters without width do not make an endless line`() {
        let lines = lines("a" + String(repeating: "\u{301}", count: 30_000))
        #expect(lines.count > 1)
        #expect(lines.allSatisfy { $0.utf8.count <= 4_000 })
    }

    @Test func `empty and blank text give no line`() {
        #expect(lines("").isEmpty)
        #expect(lines("   ").isEmpty)
    }

    @Test func `a width of zero terminates`() {
        #expect(lines("abc", width: 0) == ["a", "b", "c"])
    }
}
