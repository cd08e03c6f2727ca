/// Fills A4 pages from top to bottom: the cursor that all sections write with.
///
/// Space on a page is reserved before it is used, so nothing runs off the page. After `maximumPages` nothing is added
/// any more, and the last page says so.
struct PageFlow {
    static let left = 48.0
    static let right = PDFDocument.width - 48
    static let width = right - left
    /// Where the text of every page but the first begins.
    static let top = 62.0
    static let bottom = PDFDocument.height - 58

    let typeface: Typeface
    let maximumPages: Int
    private(set) var pages = [LaidPage()]
    /// The next free height on the current page.
    private(set) var y = PageFlow.top
    /// The notice on the last page that the report is incomplete. Nil as long as everything fits.
    var cut: String?

    init(typeface: Typeface, maximumPages: Int) {
        self.typeface = typeface
        self.maximumPages = maximumPages
    }

    /// The lower limit of the current page; on the last page, space is kept free for `cut`.
    private var floor: Double {
        Self.bottom - (pages.count == maximumPages ? 30 : 0)
    }

    /// Makes sure that the next `height` points are on one page. False when there is no page left.
    mutating func reserve(_ height: Double) -> Bool {
        if cut != nil { return false }
        if y + height <= floor { return true }
        guard pages.count < maximumPages, height <= Self.bottom - Self.top else {
            cut =
                "This report ends here, at its limit of \(maximumPages) pages. The data files hold the complete record."
            return false
        }
        pages.append(LaidPage())
        y = Self.top
        return true
    }

    mutating func advance(_ height: Double) {
        y += height
    }

    mutating func add(_ mark: Mark) {
        pages[pages.count - 1].marks.append(mark)
    }

    mutating func bookmark(_ title: String) {
        pages[pages.count - 1].bookmarks.append((title, y))
    }

    // MARK: Text

    func block(_ text: String, _ style: TextStyle, width: Double = PageFlow.width) -> TextBlock {
        TextBlock(typeface.printable(text), font: typeface.font(style.style), size: style.size, width: width)
    }

    /// One line, shortened with `…` when it is wider than `width`.
    func fitted(_ text: String, _ style: TextStyle, width: Double) -> String {
        let font = typeface.font(style.style)
        let text = typeface.printable(text)
        guard font.width(text, size: style.size) > width else { return text }
        var room = width - font.width("…", size: style.size)
        let head = text.unicodeScalars.prefix { scalar in
            room -= font.width(scalar, size: style.size)
            return room >= 0
        }
        return String(String.UnicodeScalarView(head)) + "…"
    }

    func measure(_ text: String, _ style: TextStyle) -> Double {
        typeface.font(style.style).width(typeface.printable(text), size: style.size)
    }

    /// One line at a fixed position; its top is at `top`.
    mutating func line(_ text: String, _ style: TextStyle, x: Double, top: Double) {
        let text = typeface.printable(text)
        guard !text.isEmpty else { return }
        add(.text(text, x: x, y: top + style.baseline, style: style.style, size: style.size, ink: style.ink))
    }

    mutating func line(_ text: String, _ style: TextStyle, endingAt right: Double, top: Double) {
        line(text, style, x: right - measure(text, style), top: top)
    }

    /// A paragraph over as many pages as it needs; no page begins or ends with a single line of it.
    mutating func paragraph(
        _ text: String, _ style: TextStyle = .body, indent: Double = 0, width: Double? = nil, after: Double = 4
    ) {
        let lines = block(text, style, width: width ?? Self.width - indent).lines
        for (index, line) in lines.enumerated() {
            let together = index == 0 ? (lines.count <= 3 ? lines.count : 2) : (index == lines.count - 2 ? 2 : 1)
            guard reserve(Double(together) * style.lineHeight) else { return }
            self.line(line, style, x: Self.left + indent, top: y)
            advance(style.lineHeight)
        }
        if !lines.isEmpty { advance(after) }
    }

    /// A section's title, on the same page as the `following` points of its content.
    ///
    /// - Returns: false when there is no space left for it.
    mutating func heading(_ title: String, following: Double = 60) -> Bool {
        let gap = y > Self.top ? 16.0 : 0
        guard reserve(gap + 26 + following) else { return false }
        if y > Self.top { advance(gap) }
        bookmark(title)
        line(title, .section, x: Self.left, top: y)
        advance(20)
        add(.line([.init(x: Self.left, y: y), .init(x: Self.right, y: y)], width: 0.8, ink: .rule, dashed: false))
        advance(8)
        return true
    }

    /// Text on a coloured background with a bar on its left.
    mutating func box(_ paragraphs: [(text: String, style: TextStyle)], ground: Ink, bar: Ink, after: Double = 8) {
        let blocks = paragraphs.map { (block($0.text, $0.style, width: Self.width - 26), $0.style) }
        let height = blocks.reduce(12) { $0 + Double($1.0.lines.count) * $1.1.lineHeight }
        guard height < (Self.bottom - Self.top) / 2 else {
            for (text, style) in paragraphs { paragraph(text, style) }
            return
        }
        guard reserve(height) else { return }
        add(.rectangle(x: Self.left, y: y, width: Self.width, height: height, radius: 3, ink: ground))
        add(.rectangle(x: Self.left, y: y, width: 3, height: height, radius: 0, ink: bar))
        var top = y + 6
        for (block, style) in blocks {
            for line in block.lines {
                self.line(line, style, x: Self.left + 14, top: top)
                top += style.lineHeight
            }
        }
        advance(height + after)
    }

    /// A small coloured label. Returns its width.
    @discardableResult
    mutating func badge(_ text: String, ink: Ink, x: Double, top: Double, size: Double = 7.5) -> Double {
        let style = TextStyle(style: .bold, size: size, ink: .white)
        let width = measure(text, style) + size * 1.6
        add(.rectangle(x: x, y: top, width: width, height: size * 1.9, radius: size * 0.95, ink: ink))
        line(text, style, x: x + size * 0.8, top: top + size * 0.25)
        return width
    }

    /// Numbers the pages, and puts `foot` on every page and `head` on every page but the first.
    consuming func finished(head: String, foot: String) -> [LaidPage] {
        if let cut {
            let style = TextStyle.small.with(.bad)
            line(fitted(cut, style, width: Self.width), style, x: Self.left, top: Self.bottom - 18)
        }
        var flow = self
        let count = flow.pages.count
        let head = flow.fitted(head, .small, width: Self.width)
        let foot = flow.fitted(foot, .small, width: Self.width - 70)
        for index in 0..<count {
            var marks = PageFlow(typeface: flow.typeface, maximumPages: 1)
            if index > 0 {
                marks.line(head, .small, x: Self.left, top: 30)
                marks.add(
                    .line(
                        [.init(x: Self.left, y: 46), .init(x: Self.right, y: 46)], width: 0.5, ink: .rule, dashed: false
                    ))
            }
            marks.line(foot, .small, x: Self.left, top: Self.bottom + 18)
            marks.line("Page \(index + 1) of \(count)", .small, endingAt: Self.right, top: Self.bottom + 18)
            flow.pages[index].marks += marks.pages[0].marks
        }
        return flow.pages
    }
}
