import Domain
import Logging
import NIOCore
import Wire

/// Which worker supervises which session. A session stays with its worker; when that is lost, it goes to another, which is
/// given all that has happened so far. Without any worker calls go on unsupervised.
final class SupervisorLinks {
    private struct Entry {
        let session: LiveSession
        var worker: Connection?
    }

    private let logger: Logger
    /// Set once: the directory's events come back here.
    var directory: ServiceDirectory?
    private var entries: [SessionID: Entry] = [:]

    init(logger: Logger) {
        self.logger = logger
    }

    func add(_ session: LiveSession) {
        guard entries[session.id] == nil else { return }
        entries[session.id] = Entry(session: session)
        assign(session.id)
    }

    func remove(_ session: LiveSession) {
        entries[session.id] = nil
    }

    func send(_ message: SupervisorMessage, for session: LiveSession) {
        guard let worker = entries[session.id]?.worker else { return }
        do {
            try worker.send(message)
        } catch {
            logger.warning(
                "supervisor takes nothing",
                metadata: ["sessionId": "\(session.id)", "worker": "\(worker.peer.instance)", "error": "\(error)"])
            // A full queue or a dead link: its end is reported as well, and the session then moves on.
            worker.close()
        }
    }

    func handle(_ event: ServiceDirectory.Event) {
        switch event {
        case .connected:
            for (id, entry) in entries where entry.worker == nil { assign(id) }
        case .lost(let worker):
            for (id, entry) in entries where entry.worker === worker {
                entries[id]?.worker = nil
                entry.session.handle(.supervisorLost)
                assign(id)
            }
        case .frame(let frame, let worker): receive(frame, from: worker)
        }
    }

    private func assign(_ id: SessionID) {
        guard let entry = entries[id] else { return }
        guard let worker = directory?.pick(for: id.text) else {
            return logger.warning("no supervisor is there", metadata: ["sessionId": "\(id)"])
        }
        entries[id]?.worker = worker
        entry.session.handle(.supervisorFound)
    }

    private func receive(_ frame: Frame, from worker: Connection) {
        do {
            switch try frame.decode(SupervisorMessage.self) {
            case .verdict(let id, let verdict): session(id, of: worker)?.handle(.verdict(verdict))
            case .finding(let id, let finding): session(id, of: worker)?.handle(.finding(finding))
            case .evaluationFailed(let id, let evalSeq, let code):
                session(id, of: worker)?.handle(.evaluationFailed(evalSeq: evalSeq, code: code))
            case .open, .utterance, .event, .close:
                logger.warning(
                    "a supervisor sent what only a relay sends", metadata: ["worker": "\(worker.peer.instance)"])
            }
        } catch is UnknownMessageType {
            // A newer worker may say more than this relay knows.
        } catch {
            logger.warning(
                "a supervisor sent something that is no message",
                metadata: ["worker": "\(worker.peer.instance)", "error": "\(error)"])
        }
    }

    /// What a worker says counts only for the sessions that are its own.
    private func session(_ id: SessionID, of worker: Connection) -> LiveSession? {
        guard let entry = entries[id], entry.worker === worker else { return nil }
        return entry.session
    }
}
