public import Domain

/// The sales step that is counted and not judged: events prove an age check, and a breach of it is settled.
public enum AgeCheckStep {
    /// As `sales-steps.yaml` names it.
    public static let id = "age_check"

    /// Missed when a product was handed over or sold before any check, done when a date of birth was entered that makes
    /// the customer old enough, nil when the findings say neither.
    public static func counted(_ findings: [Finding]) -> SalesStepResult? {
        let findings = findings.filter { $0.rule == "age_check" }
        if let breach = findings.first(where: { $0.status == .violated && $0.severity == .blocker }) {
            return SalesStepResult(id: id, status: .missed, evidence: [breach.evidence])
        }
        return findings.last { $0.status == .satisfied }.map {
            SalesStepResult(id: id, status: .done, evidence: [$0.evidence])
        }
    }
}
