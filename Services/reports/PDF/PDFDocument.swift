import CHaru
import Foundation

/// Draws pages with libharu and returns the bytes.
///
/// Not thread-safe in itself; documents share nothing, so each thread may have its own.
final class PDFDocument {
    /// libharu's first error. Its document refuses every call after that, so later errors carry no information.
    struct Failure: Error, CustomStringConvertible {
        let code: UInt
        let detail: UInt
        var description: String { "libharu error 0x\(String(code, radix: 16)), detail \(detail)" }
    }

    static let width = 595.276  // A4
    static let height = 841.89

    /// The error handler only records: jumping out of it would corrupt the state of libharu and Swift.
    private final class FirstFailure {
        var failure: Failure?
    }

    private let document: HPDF_Doc
    private let complaints: FirstFailure
    private let regular: HPDF_Font
    private let bold: HPDF_Font

    init(typeface: Typeface, title: String) throws {
        let complaints = FirstFailure()
        self.complaints = complaints
        let created = HPDF_New(
            { code, detail, context in
                guard let context else { return }
                let complaints = Unmanaged<FirstFailure>.fromOpaque(context).takeUnretainedValue()
                if complaints.failure == nil { complaints.failure = Failure(code: UInt(code), detail: UInt(detail)) }
            }, Unmanaged.passUnretained(complaints).toOpaque())
        guard let created else { throw complaints.failure ?? Failure(code: 0, detail: 0) }
        document = created
        do {
            HPDF_SetCompressionMode(created, HPDF_UINT(HPDF_COMP_ALL))
            HPDF_UseUTFEncodings(created)
            HPDF_SetPageMode(created, HPDF_PAGE_MODE_USE_OUTLINE)
            HPDF_SetInfoAttr(created, HPDF_INFO_TITLE, title)
            HPDF_SetInfoAttr(created, HPDF_INFO_CREATOR, "BAT VR Sales Trainer")
            regular = try Self.load(typeface.regular.path, into: created, complaints)
            bold = try Self.load(typeface.bold.path, into: created, complaints)
        } catch {
            HPDF_Free(created)
            throw error
        }
    }

    deinit {
        HPDF_Free(document)
    }

    func add(_ page: LaidPage) throws {
        guard let sheet = HPDF_AddPage(document) else { throw failure }
        HPDF_Page_SetSize(sheet, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT)
        for mark in page.marks {
            draw(mark, on: sheet)
            try check()
        }
        for bookmark in page.bookmarks {
            guard let outline = HPDF_CreateOutline(document, nil, bookmark.title, nil),
                let destination = HPDF_Page_CreateDestination(sheet)
            else { throw failure }
            HPDF_Destination_SetXYZ(destination, 0, Float(Self.height - bookmark.y), 1)
            HPDF_Outline_SetDestination(outline, destination)
        }
        try check()
    }

    func bytes() throws -> [UInt8] {
        HPDF_SaveToStream(document)
        try check()
        HPDF_ResetStream(document)
        var bytes = [UInt8](repeating: 0, count: Int(HPDF_GetStreamSize(document)))
        var size = HPDF_UINT32(bytes.count)
        HPDF_ReadFromStream(document, &bytes, &size)
        guard Int(size) == bytes.count else { throw failure }
        return bytes
    }

    private var failure: Failure {
        complaints.failure ?? Failure(code: UInt(HPDF_GetError(document)), detail: 0)
    }

    private func check() throws {
        if let failure = complaints.failure { throw failure }
    }

    private static func load(
        _ path: String, into document: HPDF_Doc, _ complaints: FirstFailure
    ) throws -> HPDF_Font {
        guard let name = HPDF_LoadTTFontFromFile(document, path, HPDF_BOOL(HPDF_TRUE)),
            let font = HPDF_GetFont(document, name, "UTF-8")
        else { throw complaints.failure ?? Failure(code: 0, detail: 0) }
        UnicodeMap.write(to: font)
        return font
    }

    private func draw(_ mark: Mark, on sheet: HPDF_Page) {
        switch mark {
        case .text(let text, let x, let y, let style, let size, let ink):
            fill(ink, sheet)
            HPDF_Page_BeginText(sheet)
            HPDF_Page_SetFontAndSize(sheet, style == .bold ? bold : regular, Float(size))
            HPDF_Page_TextOut(sheet, Float(x), flipped(y), text)
            HPDF_Page_EndText(sheet)
        case .rectangle(let x, let y, let width, let height, let radius, let ink):
            fill(ink, sheet)
            outline(x: x, y: y, width: width, height: height, radius: radius, sheet)
            HPDF_Page_Fill(sheet)
        case .line(let points, let width, let ink, let dashed):
            guard let first = points.first else { return }
            stroke(ink, width: width, sheet)
            var pattern: [HPDF_UINT16] = [2, 2]
            if dashed { HPDF_Page_SetDash(sheet, &pattern, 2, 0) }
            HPDF_Page_MoveTo(sheet, Float(first.x), flipped(first.y))
            for point in points.dropFirst() { HPDF_Page_LineTo(sheet, Float(point.x), flipped(point.y)) }
            HPDF_Page_Stroke(sheet)
            if dashed { HPDF_Page_SetDash(sheet, nil, 0, 0) }
        case .dot(let centre, let radius, let ink):
            fill(ink, sheet)
            HPDF_Page_Circle(sheet, Float(centre.x), flipped(centre.y), Float(radius))
            HPDF_Page_Fill(sheet)
        case .ring(let centre, let radius, let width, let fraction, let ink):
            guard fraction > 0 else { return }
            stroke(ink, width: width, sheet)
            if fraction >= 1 {
                HPDF_Page_Circle(sheet, Float(centre.x), flipped(centre.y), Float(radius))
            } else {
                HPDF_Page_Arc(sheet, Float(centre.x), flipped(centre.y), Float(radius), 0, Float(360 * fraction))
            }
            HPDF_Page_Stroke(sheet)
        }
    }

    private func outline(x: Double, y: Double, width: Double, height: Double, radius: Double, _ sheet: HPDF_Page) {
        let radius = max(0, min(radius, width / 2, height / 2))
        guard radius > 0 else {
            HPDF_Page_Rectangle(sheet, Float(x), flipped(y + height), Float(width), Float(height))
            return
        }
        let right = x + width
        let bottom = y + height
        // A quarter of a circle as one Bézier curve: its control points are at 0.5523 of the radius.
        let bend = radius * (1 - 0.5523)
        func curve(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ x3: Double, _ y3: Double) {
            HPDF_Page_CurveTo(sheet, Float(x1), flipped(y1), Float(x2), flipped(y2), Float(x3), flipped(y3))
        }
        HPDF_Page_MoveTo(sheet, Float(x + radius), flipped(y))
        HPDF_Page_LineTo(sheet, Float(right - radius), flipped(y))
        curve(right - bend, y, right, y + bend, right, y + radius)
        HPDF_Page_LineTo(sheet, Float(right), flipped(bottom - radius))
        curve(right, bottom - bend, right - bend, bottom, right - radius, bottom)
        HPDF_Page_LineTo(sheet, Float(x + radius), flipped(bottom))
        curve(x + bend, bottom, x, bottom - bend, x, bottom - radius)
        HPDF_Page_LineTo(sheet, Float(x), flipped(y + radius))
        curve(x, y + bend, x + bend, y, x + radius, y)
        HPDF_Page_ClosePath(sheet)
    }

    private func fill(_ ink: Ink, _ sheet: HPDF_Page) {
        HPDF_Page_SetRGBFill(sheet, Float(ink.red), Float(ink.green), Float(ink.blue))
    }

    private func stroke(_ ink: Ink, width: Double, _ sheet: HPDF_Page) {
        HPDF_Page_SetRGBStroke(sheet, Float(ink.red), Float(ink.green), Float(ink.blue))
        HPDF_Page_SetLineWidth(sheet, Float(width))
        HPDF_Page_SetLineCap(sheet, HPDF_BUTT_END)
        HPDF_Page_SetLineJoin(sheet, HPDF_ROUND_JOIN)
    }

    /// libharu measures y from the lower edge.
    private func flipped(_ y: Double) -> Float {
        Float(Self.height - y)
    }
}
