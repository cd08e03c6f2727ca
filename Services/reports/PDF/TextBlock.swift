/// Text broken into lines of at most a given width.
struct TextBlock: Equatable {
    /// In bytes. libharu accepts strings of at most 65,535 bytes, which a line with many zero-width marks could reach.
    private static let longestLine = 4_000

    let lines: [String]

    /// Breaks at spaces; a word that is wider than a line is broken where the line ends.
    ///
    /// - Parameter text: printable in this font (`Typeface.printable`).
    init(_ text: String, font: TrueTypeFont, size: Double, width: Double) {
        var lines: [String] = []
        var line = ""
        var lineWidth = 0.0
        let space = font.width(" ", size: size)
        func end() {
            if !line.isEmpty { lines.append(line) }
            line = ""
            lineWidth = 0
        }
        for word in text.split(separator: " ") {
            let wordWidth = font.width(word, size: size)
            let bytes = word.utf8.count
            if !line.isEmpty {
                if lineWidth + space + wordWidth <= width, line.utf8.count + bytes < Self.longestLine {
                    line += " " + word
                    lineWidth += space + wordWidth
                    continue
                }
                end()
            }
            if wordWidth <= width, bytes < Self.longestLine {
                line = String(word)
                lineWidth = wordWidth
                continue
            }
            for scalar in word.unicodeScalars {
                let advance = font.width(scalar, size: size)
                if lineWidth + advance > width || line.utf8.count + 4 > Self.longestLine { end() }
                line.unicodeScalars.append(scalar)
                lineWidth += advance
            }
        }
        end()
        self.lines = lines
    }
}
