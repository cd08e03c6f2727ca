import Domain

/// `products.yaml`.
struct ProductsFile: ContentFile {
    static let name = "products.yaml"

    let products: [Product]

    func checkedProducts() throws -> [Product] {
        for (index, product) in try Self.unique(products, "products", id: \.id) {
            let field = "products[\(index)]"
            guard !product.names.isEmpty else { throw Self.refuse("\(field).names", "is empty") }
            guard !product.facts.isEmpty else { throw Self.refuse("\(field).facts", "is empty") }
            for (language, names) in product.spoken ?? [:] where names.count > SpokenNames.mostNames {
                throw Self.refuse("\(field).spoken.\(language)", "has more than \(SpokenNames.mostNames) names")
            }
        }
        return products
    }

    func rules() throws -> [ClaimRule] {
        let known = Set(products.map(\.id))
        var rules: [ClaimRule] = []
        for (index, product) in products.enumerated() {
            for (number, claim) in product.falseClaims.enumerated() {
                let field = "products[\(index)].falseClaims[\(number)]"
                if let stranger = claim.of?.first(where: { !known.contains($0) }) {
                    throw Self.refuse("\(field).of", "names a product that is not there: \(stranger)")
                }
                rules.append(
                    ClaimRule(
                        rule: .productClaim, id: claim.id,
                        severity: try Self.severity(claim.severity, "\(field).severity"),
                        meaning: try Self.sentence(claim.meaning, "\(field).meaning"),
                        wrong: try Self.sentence(claim.wrong, "\(field).wrong"),
                        right: try Self.sentence(claim.right, "\(field).right"),
                        say: try Self.sentence(claim.correction, "\(field).correction"),
                        heard: try claim.heard.map { try Self.sentence($0, "\(field).heard") },
                        subject: claim.of.map { .products(Set($0), orUnnamed: claim.orUnnamed ?? false) } ?? .anything,
                        isEvenAsked: false, covers: [], kin: []))
            }
        }
        return rules
    }
}
