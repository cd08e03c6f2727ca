import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Storage

/// What sessions show together: one trainee's progress, a cohort, and both as tables.
struct FigureRoutes: Sendable {
    /// Maximum number of sessions of one trainee that are read, the newest first.
    static let mostOfTrainee = 500
    /// Maximum number of lines in the table of sessions, the newest first.
    static let mostRows = 10_000
    /// Maximum number of values in a filter's choice.
    private static let mostChoices = 200

    let store: any SessionStore
    let sessions: VisibleSessions
    let audit: Audit

    // MARK: GET /api/progress

    func progress(_ call: Call) async throws -> Response {
        // A trainee's ticket says who it is.
        guard call.query?["traineeId"] != nil || call.context.principal?.bounds != nil else {
            throw Problem(.badRequest, .invalidQuery, "traineeId is required.")
        }
        async let personas = store.personas()
        let results = try await sessions.results(call, limit: Self.mostOfTrainee)
        try await audit.lookedAtMany(.progressRead, call, count: results.items.count)
        return try APIJSON.response(Progress(results, personas: try await personas))
    }

    // MARK: GET /api/cohort

    func cohort(_ call: Call) async throws -> Response {
        try APIJSON.response(try await makeCohort(call))
    }

    private func makeCohort(_ call: Call) async throws -> Cohort {
        async let statistics = sessions.statistics(call)
        async let stores = sessions.values(of: .store, call, limit: Self.mostChoices)
        async let markets = sessions.values(of: .market, call, limit: Self.mostChoices)
        async let clients = sessions.values(of: .client, call, limit: Self.mostChoices)
        let results = try await sessions.results(call, limit: Cohort.most)
        try await audit.lookedAtMany(.tableRead, call, count: results.items.count)
        return Cohort(
            results, statistics: try await statistics,
            choices: .init(stores: try await stores, markets: try await markets, clients: try await clients))
    }

    // MARK: Tables

    func sessionTable(_ call: Call) async throws -> Response {
        let results = try await sessions.results(call, limit: Self.mostRows)
        try await audit.lookedAtMany(.tableRead, call, count: results.items.count)
        let lines = [CSV.line(CSV.sessionColumns)] + results.items.map { CSV.line($0) }
        return Self.table(
            lines.joined(), name: results.isComplete ? "sessions.csv" : "sessions-newest-\(Self.mostRows).csv",
            isComplete: results.isComplete)
    }

    func cohortTable(_ call: Call) async throws -> Response {
        let cohort = try await makeCohort(call)
        return Self.table(CSV.table(cohort), name: "cohort.csv", isComplete: cohort.isComplete)
    }

    private static func table(_ text: String, name: String, isComplete: Bool) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: CSV.mediaType, .contentDisposition: "attachment; filename=\"\(name)\"",
                .cacheControl: "no-store", .isComplete: String(isComplete),
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: CSV.byteOrderMark + text)))
    }
}
