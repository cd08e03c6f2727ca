import Compliance
import Domain
import Foundation
import Testing

struct ComplianceCatalogTests {
    @Test func `the real files load`() throws {
        let catalog = try Fixture.catalog.get()
        #expect(catalog.languages == ["cs", "el", "en"])
        #expect(
            catalog.salesSteps.map(\.id) == [
                "greeting", "needs", "age_check", "presentation", "product_accuracy", "compliance", "objections",
                "close",
            ])
        #expect(catalog.productKnowledge.contains("neo sticks contain tobacco"))
    }
}
