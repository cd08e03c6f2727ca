import Domain
import Testing

@testable import ReportsService

@Suite struct SessionViewTests {
    @Test(arguments: [
        ("walked_away", "Walked away"), ("argumentQuality", "Argument quality"), ("TABLET_CHOICE", "Tablet choice"),
        ("DOB_CHECK", "DOB check"), ("VR_INTERACTION", "VR interaction"), ("greeting", "Greeting"), ("", ""),
        ("__", ""),
    ])
    func `identifiers become words`(identifier: String, words: String) {
        #expect(SessionView.words(identifier) == words)
    }

    @Test(arguments: [
        (0.0, "0:00"), (83.9, "1:23"), (3_665, "61:05"), (-4, "0:00"), (.nan, "0:00"), (.infinity, "0:00"),
        (1e30, "5999:59"),
    ])
    func `session time is shown as minutes and seconds`(seconds: Double, text: String) {
        #expect(SessionView.clock(seconds) == text)
    }

    @Test func `a long text keeps its beginning and says how much is missing`() {
        #expect(SessionView.clamped("abcdef", to: 6) == "abcdef")
        #expect(SessionView.clamped("abcdef", to: 4) == "abcd … [2 more characters]")
    }

    @Test func `the most severe finding comes first`() {
        var record = SampleSession.record()
        let finding = { (severity: Finding.Severity, time: Double) in
            Finding(rule: "r", status: .violated, severity: severity, message: "", evidence: Evidence(), time: time)
        }
        record.score = nil
        record.findings = [finding(.minor, 1), finding(.blocker, 9), finding(.major, 5), finding(.blocker, 2)]
        #expect(SessionView(record).findings.map(\.time) == [2, 9, 5, 1])
    }

    @Test func `without a score the sales steps are those of the last verdict`() {
        var record = SampleSession.record()
        record.score = nil
        let steps = [SalesStepResult(id: "greeting", status: .done, evidence: [])]
        let verdict = Verdict(
            evalSeq: 1, attitude: 3, direction: .rising, guidance: "", salesSteps: steps, shouldEnd: false,
            outcome: nil,
            model: "m", latencyMs: 1)
        record.supervisorLogs = [
            SupervisorLog(time: 1, evalSeq: 1, verdict: verdict),
            SupervisorLog(time: 2, evalSeq: 2, verdict: nil, error: "x"),
        ]
        #expect(SessionView(record).salesSteps == steps)
    }
}
