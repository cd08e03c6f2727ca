import Domain
import Testing

@testable import Chaos

/// A single defect in an otherwise clean call, and how the audit must report it.
struct PlantedBug: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let kind: Flaw.Kind
    let rule: Rule
    let plant: @Sendable (inout CleanCall) -> Void

    init(
        _ what: String, _ kind: Flaw.Kind, _ rule: Rule, _ plant: @escaping @Sendable (inout CleanCall) -> Void
    ) {
        testDescription = what
        self.kind = kind
        self.rule = rule
        self.plant = plant
    }

    static let all = ofEvents + ofMessages + ofTheRecord + ofTheService + ofTheRun
}
