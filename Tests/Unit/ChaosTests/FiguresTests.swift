import Domain
import SeededRandom
import Testing

@testable import Chaos

/// Numbers in the report of a run.
@Suite struct FiguresTests {
    @Test func `median, 95th percentile and maximum are measured values`() throws {
        let figures = try #require(Figures((1...100).map(Double.init).shuffled()))
        #expect(figures.count == 100)
        #expect(figures.median == 50)
        #expect(figures.p95 == 95)
        #expect(figures.max == 100)
        #expect(Figures([]) == nil)
        #expect(Figures([7])?.p95 == 7)
    }

    @Test func `memory growth is a slope over finished calls, without the first minute`() throws {
        let samples = (0...60).map { number in
            ProcessSample(
                process: "relay.1", pid: 1, at: Double(number) * 5,
                residentKB: number < 12 ? 10_000 : 50_000 + Double(number) * 20, cpuSeconds: Double(number),
                finishedCalls: number * 10)
        }
        let figures = try #require(ProcessFigures("relay.1", samples))
        #expect(figures.firstKB == 50_240)
        #expect(figures.lastKB == 51_200)
        #expect(abs((figures.slopeKB ?? 0) - 2_000) < 0.001)
        #expect(abs(figures.cpu - 0.2) < 0.001)
        #expect(figures.lives == 1)
    }

    @Test func `a silence is the longest time without audio near a fault, up to the end of the call`() {
        var call = CleanCall()
        for at in [2.0, 2.1, 3.0, 5.6, 5.7] { call.tell(.audio(connection: 1, item: "i", bytes: 4_800), at: at) }
        call.entries.sort { $0.at < $1.at }
        let pulse = CallPulse(CallJournal(name: "1-1", entries: call.entries))
        #expect(pulse.longestSilence(from: 4, to: 30).map { abs($0 - 2.6) < 0.001 } == true)
        #expect(pulse.longestSilence(from: 40, to: 50) == nil)
        let figures = FaultFigures.of([FaultRecord(kind: .kill, target: "relay.1", at: 4.9, readyAt: 5.2)], in: [pulse])
        #expect(figures.first?.reconnect?.max == 0.5)
    }

    @Test func `a turn is missed if it had time for an evaluation and got none`() {
        var record = CleanCall.record()
        func line(_ id: String, _ start: Double, _ end: Double, _ speaker: Speaker) -> Utterance {
            Utterance(utteranceId: id, startTime: start, endTime: end, speaker: speaker, text: "")
        }
        record.transcript = [
            line("u1", 0, 2, .avatar), line("u2", 3, 4, .trainee), line("u3", 5, 6, .avatar),
            // In quick succession: one evaluation for both.
            line("u4", 7, 8, .avatar), line("u5", 10, 11, .trainee), line("u6", 13, 15, .avatar),
            line("u7", 20, 22, .avatar),
        ]
        record.durationMs = 30_000
        record.supervisorLogs = [10.5, 25].enumerated().map { index, time in
            SupervisorLog(time: time, evalSeq: index + 1, verdict: nil, error: "model_timeout")
        }
        var figures = EvaluationFigures()
        figures.add(record)
        #expect(figures == EvaluationFigures(turns: 3, missed: 1, mostMissed: 1))
        record.supervisorLogs.append(SupervisorLog(time: 21, evalSeq: 3, verdict: nil, error: nil))
        figures.add(record)
        #expect(
            figures == EvaluationFigures(turns: 6, missed: 1, mostMissed: 1), "late, but before the next turn was over")
    }

    @Test func `the same seed gives the same call, and another caller gets another call`() {
        var (one, same, other) = (
            SplitMix64(seed: 7, stream: 1), SplitMix64(seed: 7, stream: 1), SplitMix64(seed: 7, stream: 2)
        )
        let scripts = [
            CallScript("1-1", isFast: false, dice: &one), CallScript("1-1", isFast: false, dice: &same),
            CallScript("1-1", isFast: false, dice: &other),
        ]
        #expect((scripts[0] == scripts[1]) == true)
        #expect((scripts[0] == scripts[2]) == false)
        #expect((3...6).contains(scripts[0].turns.count))
    }
}
