import Compliance
import Testing

struct SpokenTextTests {
    @Test func `text is composed and put on one line`() {
        #expect(
            SpokenText.cleaned("  Zdrave\u{301}\r\n\tby\u{301}t  ").unicodeScalars.elementsEqual(
                "Zdravé být".unicodeScalars))
    }

    @Test(arguments: [
        "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{202E}", "\u{2066}", "\u{00AD}", "\u{E0041}", "\u{FE0F}", "\u{E0100}",
        "\u{0000}",
        "\u{001B}", "\u{007F}", "\u{2060}", "\u{E000}", "\u{FFFE}",
    ]) func `invisible characters are removed`(_ invisible: String) {
        #expect(SpokenText.cleaned("gl\(invisible)o") == "glo")
    }

    @Test func `visible text keeps its letters`() {
        let text = "Žluťoučký kůň, ασφαλές, 95 % – „ahoj“ 🙂 don’t"
        #expect(SpokenText.cleaned(text) == text)
        #expect(SpokenText.cleaned("") == "")
    }
}
