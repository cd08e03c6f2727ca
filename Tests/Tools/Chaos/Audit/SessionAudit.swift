import Domain
import Foundation

/// Compares what one caller saw with what the server has stored. Pure: a journal, the evidence and the faults in, flaws
/// out.
struct SessionAudit: Sendable {
    let call: CallJournal
    let evidence: SessionEvidence
    let faults: [FaultRecord]
    let messages: [CallJournal.Message]

    init(_ call: CallJournal, _ evidence: SessionEvidence, faults: [FaultRecord] = []) {
        self.call = call
        self.evidence = evidence
        self.faults = faults
        messages = call.messages
    }

    var flaws: [Flaw] {
        let ofServer = statuses() + closings() + returns() + service() + hearing() + owners()
        guard call.session != nil else { return ofServer }
        guard let record = evidence.record else {
            return ofServer + [
                flaw(.lost, .sessionExists, "the session that was created is not there", missing: "sessions")
            ]
        }
        return ofServer + events(record) + numbers() + told(record) + ends(record) + completion(record) + order(record)
            + files(record)
    }

    func flaw(
        _ kind: Flaw.Kind, _ rule: Rule, _ what: String, seen: String? = nil, missing: String? = nil
    ) -> Flaw {
        Flaw(kind, rule, session: call.session?.text, call: call.name, what, seen: seen, missing: missing)
    }

    func moment(_ at: Double) -> String { String(format: "%.2f s", at) }
}
