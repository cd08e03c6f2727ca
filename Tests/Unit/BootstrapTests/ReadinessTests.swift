import Bootstrap
import Domain
import Logging
import Testing

@Suite struct ReadinessTests {
    private let readiness = Readiness(service: .relay, instance: "one")

    @Test func `it is ready if every check passes, and names the one that fails`() async {
        readiness.add("database") { nil }
        readiness.add("disk") { nil }
        #expect(await readiness.report().isReady)
        readiness.add("disk") { "no space left" }
        let report = await readiness.report()
        #expect(!report.isReady)
        #expect(report.checks == ["database": "ok", "disk": "no space left"])
        #expect(report.json.contains(#""disk":"no space left""#))
    }

    @Test func `once it stops it is not ready, whatever the checks say`() async {
        readiness.add("database") { nil }
        readiness.stop()
        #expect(await readiness.report().checks["process"] == "stopping")
        #expect(await !readiness.report().isReady)
    }

    @Test func `a check that hangs counts as failed and blocks no caller`() async {
        readiness.add("hangs") {
            try? await Task.sleep(for: .seconds(60))
            return nil
        }
        let start = ContinuousClock.now
        #expect(await readiness.report().checks["hangs"] == "no answer within 2 s")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func `the error of a database is logged and not reported`() async throws {
        let context = try ServiceContext(
            service: .relay, config: Settings(environment: [:]), logger: Logger(label: "test"))
        context.checkDatabase { throw CancellationError() }
        #expect(await context.readiness.report().checks == ["database": "unavailable"])
        context.checkDatabase {}
        #expect(await context.readiness.report().checks == ["database": "ok"])
    }
}
