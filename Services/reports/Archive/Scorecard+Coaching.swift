import Domain
import JSON

extension Scorecard {
    /// `coaching`, as the data files and the export show it; none in a score of an earlier version.
    var coachingMember: [OrderedJSON.Member] {
        guard let coaching else { return [] }
        var members: [OrderedJSON.Member] = [.init("workOn", .array(coaching.workOn.map(Self.advice)))]
        members += Self.texts([
            ("keep", coaching.keep), ("start", coaching.start), ("stop", coaching.stop), ("weakest", coaching.weakest),
        ])
        if let next = coaching.next { members.append(.init("next", Self.practice(next))) }
        return [.init("coaching", .object(members))]
    }

    private static func advice(_ advice: Coaching.Advice) -> OrderedJSON {
        var members = texts([
            ("category", advice.category), ("utteranceId", advice.utteranceId), ("quote", advice.quote),
        ])
        if let time = advice.time { members.append(.init("time", .seconds(time))) }
        members += texts([("advice", advice.advice), ("why", advice.why), ("tryInstead", advice.tryInstead)])
        return .object(members)
    }

    private static func practice(_ next: Coaching.Practice) -> OrderedJSON {
        .object(
            texts([
                ("category", next.category), ("personaId", next.personaId), ("personaName", next.personaName),
                ("scenarioId", next.scenarioId), ("scenarioTitle", next.scenarioTitle),
            ]))
    }

    private static func texts(_ members: [(key: String, text: String?)]) -> [OrderedJSON.Member] {
        members.compactMap { key, text in text.map { .init(key, .string($0)) } }
    }
}
