import Domain
import JSON

extension Scorecard {
    /// Who reviewed the score, and the machine's numbers beside it; none while the machine's count.
    var reviewMembers: [OrderedJSON.Member] {
        guard let reviewedBy, let machine else { return [] }
        var members: [OrderedJSON.Member] = [.init("reviewedBy", .string(reviewedBy))]
        if let reviewedAt { members.append(.init("reviewedAt", .string(reviewedAt.rfc3339))) }
        var beside: [OrderedJSON.Member] = [
            .init("overall", .integer(machine.overall)), .init("verdict", .string(machine.verdict.rawValue)),
        ]
        if let outcome = machine.outcome { beside.append(.init("outcome", .string(outcome.rawValue))) }
        beside.append(.init("revision", .integer(machine.revision)))
        if machine.changedSince == true { beside.append(.init("changedSince", .bool(true))) }
        let scores = machine.categories.sorted { $0.key < $1.key }
        beside.append(.init("categories", .object(scores.map { .init($0.key, .integer($0.value)) })))
        return members + [.init("machine", .object(beside))]
    }
}

extension TrainerReview {
    /// As the data files and the export show it.
    var json: OrderedJSON {
        var members: [OrderedJSON.Member] = [.init("revision", .integer(revision))]
        if let reviewedBy { members.append(.init("reviewedBy", .string(reviewedBy))) }
        if let reviewedAt { members.append(.init("reviewedAt", .string(reviewedAt.rfc3339))) }
        members += [
            .init("categories", .array(categories.map(Self.correction))),
            .init("findings", .array(findings.map(Self.decision))),
            .init("disputes", .array(disputes.map(Self.dispute))),
        ]
        return .object(members)
    }

    private static func correction(_ correction: Correction) -> OrderedJSON {
        .object(
            [
                .init("id", .string(correction.id)), .init("score", .integer(correction.score)),
                .init("machine", .integer(correction.machine)), .init("reason", .string(correction.reason.rawValue)),
            ] + note(correction.note)
                + [.init("by", .string(correction.by)), .init("at", .string(correction.at.rfc3339))])
    }

    private static func decision(_ decision: Decision) -> OrderedJSON {
        .object(
            [
                .init("findingId", .string(decision.findingId)),
                .init("decision", .string(decision.decision.rawValue)),
            ] + note(decision.note)
                + [.init("by", .string(decision.by)), .init("at", .string(decision.at.rfc3339))])
    }

    private static func note(_ note: String?) -> [OrderedJSON.Member] {
        note.map { [.init("note", .string($0))] } ?? []
    }

    private static func dispute(_ dispute: Dispute) -> OrderedJSON {
        var members: [OrderedJSON.Member] = [
            .init("id", .string(dispute.id)), .init("text", .string(dispute.text)), .init("by", .string(dispute.by)),
            .init("at", .string(dispute.at.rfc3339)),
        ]
        if let answer = dispute.answer {
            members.append(
                .init(
                    "answer",
                    .object([
                        .init("text", .string(answer.text)), .init("by", .string(answer.by)),
                        .init("at", .string(answer.at.rfc3339)),
                    ])))
        }
        return .object(members)
    }
}
