import Compliance
import Hummingbird

/// The product sheet: what may be said about each product.
struct ProductRoutes: Sendable {
    private let views: [ProductView]

    init(products: [Product]) { views = products.map(ProductView.init) }

    func list(_ call: Call) throws -> Response {
        try APIJSON.response(Listing(items: views))
    }
}

/// A product without the phrases by which the rules find false claims.
private struct ProductView: Encodable {
    var id: String
    var name: String
    var kind: String
    var facts: [Product.Fact]

    init(_ product: Product) {
        id = product.id
        name = product.name
        kind = product.kind
        facts = product.facts
    }
}
