import Domain

/// `sales-steps.yaml`: the funnel, and how some of its steps sound.
struct SalesStepsFile: ContentFile {
    static let name = "sales-steps.yaml"

    struct CueList: Decodable {
        let greeting: [String]
        let ageQuestion: [String]
        let needsQuestion: [String]
    }

    let steps: [SalesStep]
    /// By language.
    let cues: [String: CueList]

    func checkedSteps() throws -> [SalesStep] {
        for (index, step) in try Self.unique(steps, "steps", id: \.id) {
            guard !step.lookFor.isEmpty else { throw Self.refuse("steps[\(index)].lookFor", "is empty") }
        }
        return steps
    }

    func compiledCues(language: String) throws -> Cues {
        let field = "cues.\(language)"
        guard let list = cues[language] else { throw Self.refuse(field, "is missing") }
        return Cues(
            greeting: try Self.patterns(list.greeting, "\(field).greeting"),
            ageQuestion: try Self.patterns(list.ageQuestion, "\(field).ageQuestion"),
            needsQuestion: try Self.patterns(list.needsQuestion, "\(field).needsQuestion"))
    }
}
