import Foundation

/// What layout needs to know about a font: which characters it has, and how wide they are.
///
/// Read from the file's own tables (OpenType 1.9: `head`, `hhea`, `hmtx`, `cmap` format 4), because libharu neither
/// reports missing characters nor measures text without a document.
struct TrueTypeFont: Sendable {
    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String { "\(path) is not a usable TrueType font: \(reason)" }
    }

    let path: String
    /// Advance widths of the characters U+0000…U+FFFF in thousandths of the font size; negative: not in the font.
    private let advances: [Int16]

    init(path: String) throws(Unreadable) {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
            throw Unreadable(path: path, reason: "cannot be read")
        }
        guard let advances = Self.advances(FontBytes(bytes: Array(data))) else {
            throw Unreadable(path: path, reason: "a table is missing or damaged")
        }
        self.path = path
        self.advances = advances
    }

    func has(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x10000 && advances[Int(scalar.value)] >= 0
    }

    /// In points. Characters that the font lacks have no width: replace them first.
    func width(_ text: some StringProtocol, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + width($1, size: size) }
    }

    func width(_ scalar: Unicode.Scalar, size: Double) -> Double {
        has(scalar) ? Double(advances[Int(scalar.value)]) * size / 1000 : 0
    }

    private static func advances(_ font: FontBytes) -> [Int16]? {
        guard let head = font.table("head"), let hhea = font.table("hhea"), let hmtx = font.table("hmtx"),
            let cmap = font.table("cmap"), let unitsPerEm = font.uint16(head + 18), unitsPerEm > 0,
            let metricCount = font.uint16(hhea + 34), metricCount > 0, let map = font.unicodeMap(cmap)
        else { return nil }
        var advances = [Int16](repeating: -1, count: 0x10000)
        for (code, glyph) in font.glyphs(map) where glyph != 0 {
            // Glyphs past the last metric share its width.
            guard let advance = font.uint16(hmtx + 4 * min(glyph, metricCount - 1)) else { return nil }
            advances[code] = Int16(clamping: advance * 1000 / unitsPerEm)
        }
        return advances
    }
}

/// Bounds-checked big-endian reading of a font file.
private struct FontBytes {
    let bytes: [UInt8]

    func uint16(_ offset: Int) -> Int? {
        guard offset >= 0, offset + 2 <= bytes.count else { return nil }
        return Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    }

    func uint32(_ offset: Int) -> Int? {
        guard let high = uint16(offset), let low = uint16(offset + 2) else { return nil }
        return high << 16 | low
    }

    /// Offset of a table.
    func table(_ tag: String) -> Int? {
        guard let count = uint16(4) else { return nil }
        for index in 0..<count {
            let entry = 12 + 16 * index
            guard entry + 16 <= bytes.count else { return nil }
            if bytes[entry..<entry + 4].elementsEqual(tag.utf8) { return uint32(entry + 8) }
        }
        return nil
    }

    /// Offset of the format 4 subtable for Windows, Unicode BMP.
    func unicodeMap(_ cmap: Int) -> Int? {
        guard let count = uint16(cmap + 2) else { return nil }
        for index in 0..<count {
            let entry = cmap + 4 + 8 * index
            guard uint16(entry) == 3, uint16(entry + 2) == 1, let offset = uint32(entry + 4) else { continue }
            if uint16(cmap + offset) == 4 { return cmap + offset }
        }
        return nil
    }

    /// Each character of the map with its glyph; glyph 0 stands for a missing one.
    func glyphs(_ map: Int) -> [(code: Int, glyph: Int)] {
        guard let doubledCount = uint16(map + 6) else { return [] }
        var glyphs: [(code: Int, glyph: Int)] = []
        for segment in stride(from: 0, to: doubledCount, by: 2) {
            let rangeOffsetAt = map + 16 + 3 * doubledCount + segment
            guard let end = uint16(map + 14 + segment), let start = uint16(map + 16 + doubledCount + segment),
                let delta = uint16(map + 16 + 2 * doubledCount + segment), let rangeOffset = uint16(rangeOffsetAt),
                start <= end
            else { continue }
            for code in start...end where code != 0xFFFF {
                if rangeOffset == 0 {
                    glyphs.append((code, (code + delta) & 0xFFFF))
                } else if let glyph = uint16(rangeOffsetAt + rangeOffset + 2 * (code - start)) {
                    glyphs.append((code, glyph == 0 ? 0 : (glyph + delta) & 0xFFFF))
                }
            }
        }
        return glyphs
    }
}
