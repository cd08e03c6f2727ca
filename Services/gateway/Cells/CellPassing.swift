import Domain
import Foundation
import HTTPTypes
import Logging
import NIOCore
import Storage
import WebSocket

/// Connects clients that came to the wrong cell to the one that runs their session.
struct CellPassing: Sendable {
    /// In the query of a handshake that was passed on once: it is not passed on again.
    static let mark = "passed=1"

    let client: WebSocketClient
    /// Where clients' sockets live too.
    let eventLoop: any EventLoop
    let logger: Logger

    /// - Throws: what the other cell refuses with, or 503 if it cannot be reached.
    func connect(to cell: Cell, _ session: SessionID, token: String, _ handshake: Handshake) async throws -> Passage {
        guard let address = cell.address, address.hasPrefix("http") else { throw Self.unreachable }
        let base = "ws" + (address.hasSuffix("/") ? address.dropLast() : address[...]).dropFirst("http".count)
        var url = "\(base)/ws/sessions/\(session)?token=\(token)&\(Self.mark)"
        if handshake.binaryAudio { url += "&audio=binary" }
        let end = try await eventLoop.submit { [eventLoop] in
            NIOLoopBound(PassedEnd(ofClient: false), eventLoop: eventLoop)
        }.get()
        do {
            let (channel, _) = try await client.connect(
                .init(url: url, subprotocols: [Handshake.subprotocol], timeout: .seconds(3)), on: eventLoop
            ) { _ in end.value }
            logger.debug("passed on", metadata: ["sessionId": "\(session)", "cell": "\(cell.name)"])
            return Passage(channel: channel, end: end)
        } catch WebSocketClient.Failure.refused(let status, let body) where (400...599).contains(status) {
            throw Self.problem(status, body)
        } catch {
            logger.warning("cell cannot be reached", metadata: ["cell": "\(cell.name)", "error": "\(error)"])
            throw Self.unreachable
        }
    }

    static let unreachable = Problem(
        .serviceUnavailable, .sessionHeld, "Another cell runs this session and cannot be reached.", retryAfter: 1)

    private static func problem(_ status: Int, _ body: String) -> Problem {
        let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(body.utf8))
        let code = answer?["code"]?.string.map { ErrorCode(rawValue: $0) } ?? .sessionHeld
        let detail = answer?["detail"]?.string ?? "The cell that runs this session refused."
        var problem = Problem(HTTPResponse.Status(code: status), code, detail)
        if status == 503 { problem.headers[.retryAfter] = "1" }
        return problem
    }
}
