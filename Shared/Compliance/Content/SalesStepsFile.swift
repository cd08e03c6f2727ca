import Domain

/// `sales-steps.yaml`: the steps of the sales funnel.
struct SalesStepsFile: ContentFile {
    static let name = "sales-steps.yaml"

    let steps: [SalesStep]

    func checkedSteps() throws -> [SalesStep] {
        for (index, step) in try Self.unique(steps, "steps", id: \.id) {
            guard !step.lookFor.isEmpty else { throw Self.refuse("steps[\(index)].lookFor", "is empty") }
        }
        return steps
    }
}
