import CHaru

/// How what stands on a page becomes text again when somebody copies or searches it: the `ToUnicode` map of a font.
///
/// libharu writes the encoding's own map there, with operators that readers refuse in this place (ISO 32000-1, 9.10.3:
/// `bfrange`, not `cidrange`). Its codes are the characters themselves, so each maps to itself.
enum UnicodeMap {
    /// Ranges may differ in their last byte only, and 100 may follow each other.
    private static let rowsInBlock = 64

    static let text: String = {
        let rows = (0...255).map { row in
            let high = String(row, radix: 16, uppercase: true)
            let byte = high.count < 2 ? "0" + high : high
            return "<\(byte)00> <\(byte)FF> <\(byte)00>"
        }
        let blocks = stride(from: 0, to: rows.count, by: rowsInBlock).map { start in
            let block = rows.dropFirst(start).prefix(rowsInBlock)
            return "\(block.count) beginbfrange\n" + block.joined(separator: "\n") + "\nendbfrange\n"
        }
        return """
            /CIDInit /ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
            /CMapName /Adobe-Identity-UCS def
            /CMapType 2 def
            1 begincodespacerange
            <0000> <FFFF>
            endcodespacerange

            """ + blocks.joined() + """
                endcmap
                CMapName currentdict /CMap defineresource pop
                end
                end

                """
    }()

    /// Replaces the map that libharu has prepared for a font. A font without one keeps what it has.
    static func write(to font: HPDF_Font) {
        guard let map = HPDF_Dict_GetItem(font, "ToUnicode", HPDF_UINT16(HPDF_OCLASS_DICT)),
            let stream = map.assumingMemoryBound(to: HPDF_Dict.Pointee.self).pointee.stream
        else { return }
        HPDF_MemStream_FreeData(stream)
        HPDF_Stream_WriteStr(stream, text)
    }
}
