import Domain
import Testing

@testable import Chaos

/// One thing that goes wrong in otherwise clean material, and what the audit has to call it.
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
