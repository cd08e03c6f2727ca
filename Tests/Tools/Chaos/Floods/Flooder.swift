import Domain
import Foundation
import HTTPClient
import TrainingClient

/// A client that sends one kind of message without end: half of the time at the limit that the server allows, then as
/// fast as it can. Reconnects when it is closed.
struct Flooder: Sendable {
    struct Result: Sendable {
        var messages = 0
        var connections = 0
        /// How often the connection was closed, by code.
        var closings: [Int: Int] = [:]
    }

    /// A little less than the server's limit, in bytes a second.
    private static let limit = 280_000.0
    private static let pause = 0.5

    let kind: FloodKind
    let server: TrainingServer
    let session: TrainingServer.Created
    let seconds: Double

    func run() async -> Result {
        if kind == .batch { return await upload() }
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: flood()) }
        }
    }

    // MARK: Over the WebSocket

    private func flood() -> Result {
        var result = Result()
        guard let url = URLComponents(string: session.wsUrl), let port = url.port else { return result }
        let path = url.percentEncodedPath + (url.percentEncodedQuery.map { "?\($0)" } ?? "")
        let began = ContinuousClock.now
        var elapsed: Double { (ContinuousClock.now - began) / .seconds(1) }
        while elapsed < seconds {
            do {
                let socket = try FloodSocket(port: port, path: path)
                result.connections += 1
                send(on: socket, &result) { elapsed }
                if let code = socket.closeCode { result.closings[code, default: 0] += 1 }
                if [1000, 4410].contains(socket.closeCode) { return result }
            } catch {
                result.closings[0, default: 0] += 1
            }
            Thread.sleep(forTimeInterval: Self.pause)
        }
        return result
    }

    /// Until the server closes or the time is up.
    private func send(on socket: FloodSocket, _ result: inout Result, elapsed: () -> Double) {
        var rest: ArraySlice<UInt8> = []
        var spent = 0.0
        let began = elapsed()
        while socket.closeCode == nil {
            let now = elapsed()
            guard now < seconds else { return }
            if rest.isEmpty {
                let isAtLimit = now < seconds / 2
                if isAtLimit, spent > (now - began) * Self.limit {
                    _ = socket.send([], milliseconds: 5)
                    continue
                }
                guard let frames = kind.frames(result.messages + 1) else { return }
                rest = frames[...]
                result.messages += 1
                spent += kind.cost(ofBytes: rest.count)
            }
            rest = rest.dropFirst(socket.send(rest, milliseconds: 100))
        }
    }

    // MARK: Over REST

    private func upload() async -> Result {
        var result = Result()
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            result.messages += 1
            let body = FloodKind.batchBody(result.messages)
            let answer = try? await server.send("POST", "/api/sessions/\(session.sessionId)/events", body: body)
            result.closings[answer?.status ?? 0, default: 0] += 1
        }
        return result
    }
}
