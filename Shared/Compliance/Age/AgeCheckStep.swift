public import Domain

/// The sales step that is computed from the findings and not judged by a model: events prove an age check or its
/// absence.
public enum AgeCheckStep {
    /// Its id in `sales-steps.yaml`.
    public static let id = "age_check"

    /// `missed` if a product was handed over or sold without a check or to a minor, `done` if a date of birth was
    /// accepted (also one that shows a minor), nil if the findings show neither.
    public static func counted(_ findings: [Finding]) -> SalesStepResult? {
        let findings = findings.filter { $0.rule == .ageCheck }
        if let breach = findings.first(where: { $0.status == .violated && $0.severity == .blocker }) {
            return SalesStepResult(id: id, status: .missed, evidence: [breach.evidence])
        }
        return findings.last { $0.status == .satisfied }.map {
            SalesStepResult(id: id, status: .done, evidence: [$0.evidence])
        }
    }
}
