import Domain
import Foundation
import HTTPClient
import Logging
import Storage

/// Sends a REST batch that came to the wrong cell to the one that runs the session, whose relay tells its customer and
/// its supervisor.
struct BatchPassing: Sendable {
    struct Answer: Sendable {
        var status: Int
        var contentType: String
        var retryAfter: String?
        var body: Data
    }

    /// The headers that go on: who calls, and what the batch is. Not the origin, which was checked here.
    static let headers = ["authorization", "x-api-key", "cookie", "content-type", "x-request-id"]
    /// In a batch that was passed on once: it is not passed on again.
    static let mark = "x-passed"
    /// A relay answers a batch within ten seconds.
    private static let timeout = Duration.seconds(12)
    private static let largestAnswer = 4 << 20

    let client: HTTPClient
    let logger: Logger

    /// - Parameter headers: of the request, by their names in lower case.
    /// - Returns: the other cell's answer, whatever its status.
    /// - Throws: 503 if it cannot be reached.
    func send(
        _ body: Data, headers: [String: String], for session: SessionID, to cell: Cell
    ) async throws -> Answer {
        guard let address = cell.address else { throw CellPassing.unreachable }
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        do {
            let answer = try await client.send(
                HTTPRequest(
                    "POST", "\(base)/api/sessions/\(session)/events",
                    headers: headers.merging([Self.mark: "1"]) { given, _ in given }, body: body,
                    timeout: Self.timeout, connectTimeout: .seconds(3), bodyLimit: Self.largestAnswer))
            return Answer(
                status: answer.status, contentType: answer["content-type"] ?? APIJSON.mediaType,
                retryAfter: answer["retry-after"], body: answer.body)
        } catch let error as HTTPClientError {
            logger.warning("cell cannot be reached", metadata: ["cell": "\(cell.name)", "error": "\(error)"])
            throw CellPassing.unreachable
        }
    }
}
