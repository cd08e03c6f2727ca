import Domain

/// `vr-objects.yaml`: which interactions in VR put a product into the customer's hand.
struct HandoverFile: ContentFile {
    static let name = "vr-objects.yaml"

    /// Each inner list contains the names of one thing.
    let products: [[String]]
    let others: [[String]]
    let handover: [String]
    let offers: [String]
    let harmless: [String]

    func table() throws -> Handover {
        let lists: [(String, [String])] = [
            ("products", products.flatMap(\.self)), ("others", others.flatMap(\.self)), ("handover", handover),
            ("offers", offers), ("harmless", harmless),
        ]
        for (field, names) in lists {
            guard names.allSatisfy({ $0.contains(where: \.isLetter) }), !names.isEmpty else {
                throw Self.refuse(field, "is empty, or has an empty name")
            }
        }
        try refuseRepetition([("products", products.flatMap(\.self)), ("others", others.flatMap(\.self))])
        try refuseRepetition([("handover", handover), ("offers", offers), ("harmless", harmless)])
        return Handover(self)
    }

    /// A name must have only one meaning.
    private func refuseRepetition(_ lists: [(field: String, names: [String])]) throws {
        var seen: Set<String> = []
        for list in lists {
            for name in list.names where !seen.insert(SpokenWords.folded(name)).inserted {
                throw Self.refuse(list.field, "has a name twice: \(name)")
            }
        }
    }
}
