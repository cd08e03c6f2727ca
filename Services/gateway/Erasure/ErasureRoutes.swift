import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Storage
import Wire

/// What a trainee may ask for (GDPR, Articles 15 and 17), through an admin: all data, and erasure.
struct ErasureRoutes: Sendable {
    let erasure: Erasure
    let receipts: Receipts
    let sessions: VisibleSessions
    let audit: Audit
    let store: any SessionStore
    /// `DATA_DIR`.
    let dataDirectory: String
    let ask: ReportRoutes.Ask

    // MARK: DELETE /api/sessions/:id

    /// Also a private session, and one that goes on. A second request is answered like the first.
    func eraseSession(_ call: Call) async throws -> Response {
        let id = try call.sessionId()
        guard let (receipt, isNew) = try await erasure.session(id) else { throw Problem.sessionNotFound }
        if isNew {
            call.context.logger.notice("session erased", metadata: ["sessionId": "\(id)"])
            await audit.changed(.sessionErased, id, by: try call.context.caller(), receipt.person)
        }
        return try APIJSON.response(receipts.signed(receipt))
    }

    // MARK: DELETE /api/trainees/:id

    /// A trainee who has no sessions is erased: so a second request succeeds, too, and nobody learns who is known.
    func eraseTrainee(_ call: Call) async throws -> Response {
        let traineeId = try await traineeId(in: call)
        let receipt = try await erasure.trainee(traineeId)
        sessions.identities.forget(traineeId)
        call.context.logger.notice("trainee erased", metadata: ["sessions": "\(receipt.counts.sessions)"])
        await audit.changedMany(
            .traineeErased, by: try call.context.caller(),
            "\(receipt.person ?? ""); \(receipt.counts.sessions) sessions")
        return try APIJSON.response(receipts.signed(receipt))
    }

    // MARK: POST /api/receipts/verify

    struct Verdict: Encodable {
        var valid: Bool
    }

    func verify(_ call: Call) async throws -> Response {
        let body = try await call.request.json(upTo: 16 << 10).value
        return try APIJSON.response(Verdict(valid: try receipts.isValid(body)))
    }

    // MARK: GET /api/trainees/:id/data

    /// Everything about a trainee, private sessions included.
    func traineeData(_ call: Call) async throws -> Response {
        try ReportRoutes.refuseIfHidden(call, sessions)
        let traineeId = try await traineeId(in: call)
        var filter = SessionFilter(.all)
        filter.traineeId = traineeId
        guard try await !store.sessions(matching: filter, limit: 1, after: nil).items.isEmpty else {
            throw Problem(.notFound, .notFound, "There is no session of this trainee.")
        }
        let reply = try await ask(UUID().uuidString, .trainee) { .trainee(id: $0, traineeId: traineeId) }
        switch reply {
        case .fileReady(_, let path, _):
            guard Self.isTraineeFile(path) else { throw ReportRoutes.unexpected }
            await audit.changedMany(
                .traineeDataRead, by: try call.context.caller(), try await erasure.persons.name(of: traineeId))
            let body = try await FileIO().loadFile(path: "\(dataDirectory)/\(path)", context: call.context)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/zip", .contentDisposition: "attachment; filename=\"trainee.zip\"",
                    .cacheControl: "private, no-store",
                ], body: body)
        case .failed(_, let code, let message): throw ReportRoutes.problem(code, message)
        case .filed, .exported, .erased: throw ReportRoutes.unexpected
        }
    }

    /// `.trainees/<UUID>.zip`
    static func isTraineeFile(_ path: String) -> Bool {
        path.hasPrefix(".trainees/") && path.hasSuffix(".zip")
            && UUID(uuidString: String(path.dropFirst(".trainees/".count).dropLast(".zip".count))) != nil
    }

    /// The trainee in the path. Where identities are hidden, a pseudonym stands for its trainee; the id itself is what a
    /// trainee who asks for erasure says.
    ///
    /// - Throws: 404 for what cannot be a trainee's id.
    private func traineeId(in call: Call) async throws -> String {
        guard let text = call.context.parameters.get("id")?.removingPercentEncoding,
            let asked = VisibleText.normalized(text, 1...64)
        else { throw Problem(.notFound, .notFound, "This is no trainee's id.") }
        let caller = try call.context.caller()
        guard sessions.identities.areHidden(from: caller), Pseudonyms.mayBe(asked) else { return asked }
        var filter = SessionFilter(.all)
        filter.traineeId = asked
        let found = try await sessions.identities.resolved(filter, of: caller, in: store).traineeId
        return found.flatMap { $0.isEmpty ? nil : $0 } ?? asked
    }
}
