import Domain
import Foundation
import Synchronization
import TrainingClient
import WebSocket

/// The connection of one call, kept as the protocol asks of clients: after a loss it reconnects with backoff, resumes,
/// and resends what was not acknowledged.
final class CallLine: Sendable {
    /// Why there will be no further connection.
    enum Gone: Error, Hashable {
        /// The server reports that the session is over.
        case over(String)
        case gaveUp(String)
    }

    private static let longestPauseMs = 5_000.0
    /// A connection that has not received `ready` after this time is dropped, in seconds.
    private static let readyPatience = 20.0

    let call: TrainingCall
    let ear: CallReceiver
    private let journal: JournalWriter
    private let isFast: Bool
    /// Number of connections that succeeded; the latest has the same number in `Arrival.connection`.
    private let connections = Atomic(0)

    init(url: String, journal: JournalWriter, isFast: Bool, microphones: MuteSwitch) {
        let ear = CallReceiver(journal)
        self.ear = ear
        self.journal = journal
        self.isFast = isFast
        call = TrainingCall(url: url, tap: { ear.take($0) }, isMute: { microphones.isMute })
    }

    var isUp: Bool { call.isConnected && ear.now.readyOn > ear.now.closedOn }

    /// Connects, as often as necessary, until `ready` has arrived.
    ///
    /// - Throws: `Gone`.
    func connect(attempts: inout Int) async throws {
        var longest = 250.0
        let deadline = journal.clock.now + Double(ear.now.resumeWindowMs) / 1_000 + 30
        while true {
            call.cut()
            call.closeMicrophone()
            if let code = ear.now.closeCode {
                if [1000, 4410].contains(code) { throw Gone.over("closed with \(code)") }
                if [1002, 1003, 1007, 1009, 4401, 4403, 4404, 4409].contains(code) {
                    throw Gone.gaveUp("closed with \(code)")
                }
            }
            attempts += 1
            if try await attempt(attempts) { return }
            guard journal.clock.now < deadline else { throw Gone.gaveUp("no connection within the resume window") }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...Int(longest))))
            longest = min(longest * 2, Self.longestPauseMs)
        }
    }

    private func attempt(_ number: Int) async throws -> Bool {
        let before = ear.now
        journal.write(.connecting(attempt: number))
        do {
            let isFast = isFast
            let ear = ear
            try await call.connect(fromStart: before.readyOn > 0 && call.lastSeq == 0) { ear.played(isAll: isFast) }
        } catch WebSocketClient.Failure.refused(let status, let body) {
            let code = SessionAudit.json(body)?["code"]?.string
            journal.write(.refused(attempt: number, status: status, code: code))
            if [409, 410].contains(status) { throw Gone.over("refused with \(status)") }
            if [401, 403, 404].contains(status) { throw Gone.gaveUp("refused with \(status) \(code ?? "")") }
            return false
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            journal.write(.refused(attempt: number, status: 0, code: "\(error)"))
            return false
        }
        // Compare numbers, because the close of an earlier connection may still arrive.
        let connection = connections.add(1, ordering: .relaxed).newValue
        let patience = journal.clock.now + Self.readyPatience
        while journal.clock.now < patience {
            let now = ear.now
            if now.readyOn == connection {
                if !isFast { call.openMicrophone() }
                return true
            }
            if now.closedOn == connection { return false }
            try await Task.sleep(for: .milliseconds(5))
        }
        journal.write(.dropped(connection: connection))
        return false
    }

    func hangUp() {
        call.hangUp()
        call.cut()
    }
}
