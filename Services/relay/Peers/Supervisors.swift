import Conversation
import Domain
import Logging
import NIOCore
import Wire

/// Which worker supervises which session. A session stays with its worker. When that is lost, or stops answering, the
/// session moves to another, which gets everything that has happened so far. Without any worker calls continue
/// unsupervised. If a worker's link cannot take a message, only that session moves; the link carries others too.
final class Supervisors {
    /// How long a session waits for a worker after one did not take its message.
    static let pause = TimeAmount.seconds(5)

    private struct Entry {
        let session: LiveSession
        var worker: Connection?
        /// Workers that left this session without an answer.
        var silent: Set<ObjectIdentifier> = []
    }

    private let logger: Logger
    /// Set once: its events come back here.
    var peers: LivePeers?
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
                "supervisor does not accept a message",
                metadata: ["sessionId": "\(session.id)", "worker": "\(worker.peer.instance)", "error": "\(error)"])
            switch error.code {
            // The end of a lost link is reported, and its sessions then move. Of the others the worker misses one
            // message.
            case .connectionLost, .packetTooLarge, .malformedPacket: break
            default: leave(worker, session)
            }
        }
    }

    /// The worker has missed a message because its queue is full: the session looks for a worker again after a pause.
    private func leave(_ worker: Connection, _ session: LiveSession) {
        guard entries[session.id]?.worker === worker else { return }
        entries[session.id]?.worker = nil
        entries[session.id]?.silent.insert(ObjectIdentifier(worker))
        let loop = session.loop.assumeIsolated()
        // In the next tick, since the session is in the middle of its effects.
        loop.execute { [weak self] in
            // Another worker may have come meanwhile.
            if self?.entries[session.id]?.worker == nil { session.handle(.supervisorLost) }
        }
        loop.scheduleTask(in: Self.pause) { [weak self] in
            guard let self, let entry = self.entries[session.id], entry.session === session else { return }
            // By now its queue may take this. Otherwise it supervises until its link ends.
            if entry.worker !== worker { try? worker.send(SupervisorMessage.close(sessionId: session.id)) }
            if entry.worker == nil { self.assign(session.id) }
        }
    }

    /// The session's worker has not answered in time: it hangs, or the model that it asks does.
    func replaceSilentWorker(of session: LiveSession) {
        guard let worker = entries[session.id]?.worker else { return }
        logger.warning(
            "supervisor does not answer", metadata: ["sessionId": "\(session.id)", "worker": "\(worker.peer.instance)"])
        entries[session.id]?.silent.insert(ObjectIdentifier(worker))
        entries[session.id]?.worker = nil
        try? worker.send(SupervisorMessage.close(sessionId: session.id))
        session.handle(.supervisorLost)
        assign(session.id)
    }

    func handle(_ event: LivePeers.Event) {
        switch event {
        case .connected(let worker):
            for (id, entry) in entries where entry.worker == nil { assign(id) }
            relieve(for: worker)
        case .lost(let worker):
            for (id, entry) in entries {
                entries[id]?.silent.remove(ObjectIdentifier(worker))
                guard entry.worker === worker else { continue }
                entries[id]?.worker = nil
                entry.session.handle(.supervisorLost)
                assign(id)
            }
        case .packet(let packet, let worker): receive(packet, from: worker)
        }
    }

    // MARK: Choosing

    private func assign(_ id: SessionID) {
        guard let entry = entries[id] else { return }
        let live = peers?.liveLinks ?? []
        // A worker that did not answer is better than none.
        let candidates = live.filter { !entry.silent.contains(ObjectIdentifier($0)) }
        let eligible = candidates.isEmpty ? live : candidates
        let loads = assigned.values.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        let name = WorkerChoice.pick(
            for: id, among: eligible.map(\.peer.instance), loads: loads, sessions: entries.count)
        guard let worker = eligible.first(where: { $0.peer.instance == name }) else {
            return logger.warning("no supervisor is connected", metadata: ["sessionId": "\(id)"])
        }
        move(id, to: worker)
    }

    private func move(_ id: SessionID, to worker: Connection) {
        guard let session = entries[id]?.session else { return }
        entries[id]?.worker = worker
        session.handle(.supervisorFound)
    }

    private var assigned: [SessionID: String] { entries.compactMapValues { $0.worker?.peer.instance } }

    /// A new worker takes the sessions that exceed the share of the others.
    private func relieve(for newcomer: Connection) {
        let taken = WorkerChoice.relief(
            for: newcomer.peer.instance, workers: peers?.liveLinks.count ?? 0, assigned: assigned)
        for id in taken {
            guard let entry = entries[id] else { continue }
            try? entry.worker?.send(SupervisorMessage.close(sessionId: id))
            entry.session.handle(.supervisorLost)
            move(id, to: newcomer)
        }
    }

    // MARK: Receiving

    private func receive(_ packet: Packet, from worker: Connection) {
        do {
            switch try packet.decode(SupervisorMessage.self) {
            case .verdict(let id, let verdict): session(id, of: worker)?.handle(.verdict(verdict))
            case .finding(let id, let finding): session(id, of: worker)?.handle(.finding(finding))
            case .heard(let id, let claim): session(id, of: worker)?.handle(.heard(claim))
            case .lapse(let id, let lapse): session(id, of: worker)?.handle(.lapse(lapse))
            case .evaluationFailed(let id, let evalSeq, let code):
                session(id, of: worker)?.handle(.evaluationFailed(evalSeq: evalSeq, code: code))
            case .open, .utterance, .event, .close:
                logger.warning(
                    "a supervisor sent what only a relay sends", metadata: ["worker": "\(worker.peer.instance)"])
            }
        } catch is UnknownMessageType {
            // A newer worker may send messages that this relay does not know.
        } catch {
            logger.warning(
                "a supervisor sent an invalid message",
                metadata: ["worker": "\(worker.peer.instance)", "error": "\(error)"])
        }
    }

    /// A worker's message counts only for its own sessions.
    private func session(_ id: SessionID, of worker: Connection) -> LiveSession? {
        guard let entry = entries[id], entry.worker === worker else { return nil }
        return entry.session
    }
}
