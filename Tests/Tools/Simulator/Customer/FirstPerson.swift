/// Turns what instructions say to the customer into what the customer says: «You repair lifts.» becomes «I repair
/// lifts.»
enum FirstPerson {
    private static let fixed = [
        "your": "my", "yours": "mine", "yourself": "myself", "you're": "I'm", "you've": "I've", "you'd": "I'd",
        "you'll": "I'll",
    ]
    /// After these, «you» was an object.
    private static let afterObject: Set<String> = [
        "a", "an", "the", "to", "with", "for", "than", "and", "again", "this", "that", "about", "so", "because", "in",
        "on",
        "at", "by", "up", "out", "as", "when", "if", "or", "from", "of", "more", "what", "something", "why", "how",
        "whether",
    ]
    private static let beforeObject: Set<String> = ["of", "to", "with", "for", "at", "from"]

    static func sentence(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        var spoken = [String]()
        for (index, word) in words.enumerated() {
            let core = word.lowercased().filter { $0.isLetter || $0 == "'" }
            let tail = String(word.reversed().prefix { !($0.isLetter || $0.isNumber) }.reversed())
            let next = words.indices.contains(index + 1) ? words[index + 1].lowercased().filter(\.isLetter) : ""
            switch core {
            case "you":
                let isObject =
                    !tail.isEmpty || next.isEmpty || afterObject.contains(next)
                    || beforeObject.contains(spoken.last ?? "")
                spoken.append((isObject ? "me" : "I") + tail)
            case "are" where spoken.last == "I": spoken.append("am" + tail)
            case "were" where spoken.last == "I": spoken.append("was" + tail)
            default: spoken.append(fixed[core].map { $0 + tail } ?? word)
            }
        }
        let line = spoken.joined(separator: " ").trimming(where: { ",;: ".contains($0) })
        let whole = line.prefix(1).uppercased() + line.dropFirst()
        return whole.last.map { ".?!…".contains($0) } == true ? whole : whole + "."
    }
}

extension String {
    fileprivate func trimming(where isUnwanted: (Character) -> Bool) -> String {
        String(drop(while: isUnwanted).reversed().drop(while: isUnwanted).reversed())
    }
}
