/// `phantoms.yaml`: utterances that speech recognition makes up from noise and silence.
struct PhantomsFile: ContentFile {
    static let name = "phantoms.yaml"

    let phantoms: [String]

    func checked() throws -> Phantoms {
        for (index, line) in phantoms.enumerated() {
            guard line.contains(where: \.isLetter), !line.dropLast().contains("*") else {
                throw Self.refuse("phantoms[\(index)]", "is empty, or has a * before its end")
            }
        }
        return Phantoms(phantoms)
    }
}

/// Whole utterances that nobody said: subtitle credits, thanks for watching.
struct Phantoms: Sendable {
    private let whole: Set<String>
    private let beginnings: [String]

    init(_ lines: [String]) {
        whole = Set(lines.filter { !$0.hasSuffix("*") }.map(Self.plain))
        beginnings = lines.filter { $0.hasSuffix("*") }.map { Self.plain(String($0.dropLast())) }
    }

    func contain(_ text: String) -> Bool {
        let plain = Self.plain(text)
        return whole.contains(plain) || beginnings.contains { plain.hasPrefix($0) }
    }

    private static func plain(_ text: String) -> String {
        SpokenWords.folded(text).split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }
}

extension SpokenText {
    /// Whether the text was really said: false for silence, «[inaudible]» and what recognition makes up from noise.
    static func isTurn(_ text: String, phantoms: Phantoms) -> Bool {
        let spoken = cleaned(text).replacing(/\[[^\]]*\]|\([^)]*\)|[♪♫]/, with: " ")
        return spoken.contains { $0.isLetter || $0.isNumber } && !phantoms.contain(spoken)
    }
}
