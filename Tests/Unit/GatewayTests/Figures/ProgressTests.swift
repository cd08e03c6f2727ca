import Domain
import Foundation
import Storage
import Testing

@testable import GatewayService

@Suite struct `progress of a trainee` {
    private static let personas = [
        persona("fmc_smoker", weights: ["empathy": 20, "closing": 80]),
        persona("velo_user", weights: ["empathy": 60]),
    ]

    private static func persona(_ id: String, weights: [String: Int]) -> Persona {
        var persona = Fixtures.persona(id, id.uppercased(), scenario: "\(id)_1")
        persona.rubric = Rubric(
            version: 1,
            categories: weights.map {
                Rubric.Category(id: $0.key, title: $0.key, weight: $0.value, description: "", levels: [])
            })
        return persona
    }

    @Test func `steps are counted from call to call`() throws {
        let results = try [60, 50, 72, 78].enumerated().map {
            try SessionResult.sample($0.offset + 1, score: $0.element)
        }
        let progress = Progress(results.newestFirst, personas: [])
        #expect(progress.counted.map(\.score) == [60, 50, 72, 78])
        #expect(progress.sinceLast == 6)
        #expect(progress.first == 60 && progress.best == 78)
        #expect(progress.change.finding == .tooFew)
        #expect(progress.leftOut == 0 && progress.isComplete)
        #expect(Progress([].newestFirst, personas: []).sinceLast == nil)
    }

    @Test func `what does not count changes nothing`() throws {
        let counted = try (1...12).map {
            try SessionResult.sample($0, score: 50 + $0, categories: ["empathy": 40 + $0])
        }
        let spoiled = [
            try SessionResult.sample(13, score: 0, categories: ["empathy": 0], counted: false),
            try SessionResult.sample(14, score: 1, categories: ["empathy": 0], visibility: .private),
            try SessionResult.sample(15, score: nil),
            try SessionResult.sample(16, score: nil, status: .active),
        ]
        var before = Progress(counted.newestFirst, personas: Self.personas)
        var after = Progress((counted + spoiled).newestFirst, personas: Self.personas)
        #expect(before.leftOut == 0)
        #expect(after.leftOut == 3, "the live one is not over")
        (before.leftOut, after.leftOut) = (0, 0)
        #expect(try APIJSON.tree(before) == APIJSON.tree(after))
        #expect(before.next != nil)
    }

    @Test func `every cell says how many calls it rests on`() throws {
        let results =
            try (1...6).map { try SessionResult.sample($0, categories: ["empathy": 60, "closing": 30]) }
            + (7...8).map { try SessionResult.sample($0, persona: "velo_user", categories: ["empathy": 90]) }
        let progress = Progress(results.newestFirst, personas: [])
        #expect(progress.personas.map(\.id) == ["fmc_smoker", "velo_user"])
        #expect(progress.categories.map(\.category) == ["closing", "empathy"])
        #expect(progress.categories.map { $0.cells.map(\.n) } == [[6, 0], [6, 2]])
        #expect(progress.categories.map(\.all.n) == [6, 8])
        #expect(progress.categories[0].cells[1].value == nil)
        #expect(progress.categories[1].cells[1].value == 90)
    }

    @Test func `the next practice is for the weakest category with enough calls`() throws {
        let rare = try (1...4).map { try SessionResult.sample($0, categories: ["closing": 5]) }
        let often = try (5...9).map { try SessionResult.sample($0, categories: ["empathy": 55]) }
        #expect(Progress(rare.newestFirst, personas: Self.personas).next == nil)
        let next = try #require(Progress((rare + often).newestFirst, personas: Self.personas).next)
        #expect(next.practice.category == "empathy")
        #expect(next.practice.personaId == "velo_user", "whose rubric gives it the most weight")
        #expect(next.estimate.n == 5)
        let one = try SessionResult.sample(10, categories: ["closing": 5])
        #expect(
            Progress((rare + often + [one]).newestFirst, personas: Self.personas).next?.practice.category == "closing")
    }
}

@Suite struct `a cohort` {
    @Test func `each step of the drop-off holds the next`() throws {
        let results = [
            try SessionResult.sample(1), try SessionResult.sample(2, score: 30, verdict: .failed),
            try SessionResult.sample(3, score: 99, counted: false),
            try SessionResult.sample(4, score: nil, status: .active),
            try SessionResult.sample(5, score: nil, isStarted: false),
            try SessionResult.sample(6, score: 100, verdict: nil, needsReview: true),
        ]
        let cohort = Cohort(results.newestFirst)
        #expect(cohort.dropOff == .init(created: 6, started: 5, ended: 4, counted: 3, passed: 1))
        #expect(cohort.passRate.n == 2, "one is not decided")
        #expect(cohort.distribution.map(\.sessions) == [0, 0, 0, 1, 0, 0, 0, 1, 0, 1])
        #expect(cohort.distribution.last == .init(from: 90, to: 100, sessions: 1))
        #expect(cohort.score.n == 3)
        #expect(cohort.needsReviewSessions == 1 && cohort.needsReview.map(\.sessionId.text) == ["BAT-006"])
    }

    @Test func `the weakest categories come first, and those with too few calls last`() throws {
        let results =
            try (1...5).map { try SessionResult.sample($0, categories: ["a": 80, "b": 40]) }
            + [try SessionResult.sample(6, categories: ["rare": 1])]
        let cohort = Cohort(results.newestFirst)
        #expect(cohort.categories.map(\.id) == ["b", "a", "rare"])
        #expect(cohort.categories.map(\.estimate.n) == [5, 5, 1])
    }

    @Test func `findings are counted once a session, with their share of what counts`() throws {
        let free = SessionResult.Mark(rule: "free", status: .violated)
        let results = [
            try SessionResult.sample(1, findings: [free, free, .init(rule: "free", status: .suspected)]),
            try SessionResult.sample(2, findings: [.init(rule: "age", status: .suspected)]),
            try SessionResult.sample(3, findings: [.init(rule: "age", status: .satisfied)]),
            try SessionResult.sample(4, counted: false, findings: [free]),
        ]
        let findings = Cohort(results.newestFirst).findings
        #expect(findings.map(\.rule) == ["free", "age"])
        #expect(findings.map(\.sessions) == [1, 0])
        #expect(findings.map(\.undecided) == [0, 1])
        #expect(findings.map(\.share.n) == [3, 3])
    }

    @Test func `a bound that is reached is said`() throws {
        var results = try [SessionResult.sample(1)].newestFirst
        results.isComplete = false
        let cohort = Cohort(results)
        #expect(!cohort.isComplete && cohort.limit == 5_000)
        #expect(CSV.table(cohort).contains("sessions,newest,"))
    }
}

@Suite struct `tables` {
    @Test(arguments: ["=HYPERLINK(\"http://evil\")", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
    func `no cell begins a formula`(cell: String) throws {
        let line = CSV.line(try SessionResult.sample(1, trainee: cell, store: cell))
        #expect(line.matches(of: /(^|,)"?'/).count == 2)
        #expect(!line.contains("," + cell) && !line.contains(",\"" + cell.replacing("\"", with: "\"\"")))
    }

    @Test(arguments: ["x;=1+1", "x; +1", "\n=1", "a,\"@x", "a|-1"])
    func `no part of a cell begins a formula where other characters separate cells`(cell: String) throws {
        let line = CSV.line(try SessionResult.sample(1, trainee: cell, store: cell))
        #expect(line.matches(of: /[;,|"\n\t\r] *[=+@-]/).isEmpty, "\(line)")
        #expect(line.matches(of: /'[=+@\-\n]/).count >= 2)
    }

    @Test func `every line says what it is a part of`() throws {
        let results = try (1...4).map { try SessionResult.sample($0, counted: $0 > 2) }
        let table = CSV.table(Cohort(results.newestFirst))
        #expect(table.contains("distribution,90..100,,2,"))
        #expect(table.contains("sessions,all,,4,4,"))
    }

    @Test func `cells are quoted as RFC 4180 says`() {
        #expect(
            CSV.line(["a", nil, "b,c", "say \"hi\"", "two\r\nlines", "Řehoř Ωμέγα"])
                == "a,,\"b,c\",\"say \"\"hi\"\"\",\"two\r\nlines\",Řehoř Ωμέγα\r\n")
    }

    @Test func `a line has as many cells as the header`() throws {
        let line = CSV.line(try SessionResult.sample(1, store: "Brno"))
        #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == CSV.sessionColumns.count)
        #expect(line.contains(",unity-vr,EU,Brno,ended,"))
        let results = try (1...6).map { try SessionResult.sample($0, categories: ["empathy": 60]) }
        let table = CSV.table(Cohort(results.newestFirst))
        for line in table.split(separator: "\r\n") {
            #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == CSV.cohortColumns.count)
        }
        #expect(table.contains("category,empathy,Empathy,6,60.0,"))
    }
}
