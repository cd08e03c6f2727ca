import Domain

/// `products.yaml`.
struct ProductsFile: ContentFile {
    static let name = "products.yaml"

    struct HandoverEvents: Decodable {
        let objects: [String]
        let actions: [String]
    }

    let products: [Product]
    let handover: HandoverEvents

    func checkedProducts() throws -> [Product] {
        for (index, product) in try Self.unique(products, "products", id: \.id) {
            let field = "products[\(index)]"
            guard !product.names.isEmpty else { throw Self.refuse("\(field).names", "is empty") }
            guard !product.facts.isEmpty else { throw Self.refuse("\(field).facts", "is empty") }
            for (number, claim) in product.falseClaims.enumerated() {
                guard Finding.Severity(rawValue: claim.severity) != nil else {
                    throw Self.refuse("\(field).falseClaims[\(number)].severity", "is unknown: \(claim.severity)")
                }
            }
        }
        guard !handover.objects.isEmpty else { throw Self.refuse("handover.objects", "is empty") }
        guard !handover.actions.isEmpty else { throw Self.refuse("handover.actions", "is empty") }
        return products
    }

    func compiled(language: String) throws -> ProductFacts {
        var claims: [ProductFacts.FalseClaim] = []
        var names: [PhrasePattern] = []
        for (index, product) in products.enumerated() {
            names += try Self.patterns(product.names, "products[\(index)].names")
            for (number, claim) in product.falseClaims.enumerated() {
                let field = "products[\(index)].falseClaims[\(number)]"
                claims.append(
                    ProductFacts.FalseClaim(
                        id: claim.id, severity: Finding.Severity(rawValue: claim.severity) ?? .major,
                        patterns: try Self.patterns(claim.patterns[language], "\(field).patterns.\(language)"),
                        exceptions: try Self.patterns(claim.exceptions?[language], "\(field).exceptions.\(language)"),
                        negatable: claim.negatable ?? true, correction: claim.correction))
            }
        }
        let barriers = names.compactMap { name -> String? in
            guard case .whole(let word)? = name.elements.first?.spellings.first else { return nil }
            return word
        }
        return ProductFacts(claims: claims, names: Set(barriers), namePatterns: names)
    }
}
