import Domain
import Foundation
import Logging
import Metrics
import NIOCore
import Storage
import Wire

/// All sessions that are live in this relay, by their ids, and the gateways they talk through. On the sessions' event loop.
final class SessionRegistry {
    private let opener: SessionOpener
    private let parts: LiveSession.Parts
    private let loop: any EventLoop
    private let logger: Logger
    private let maxSessions: Int
    private let drainTime: Duration

    private var live: [SessionID: LiveSession] = [:]
    /// Clients of sessions that are being opened, in order of their arrival.
    private var opening: [SessionID: [LiveSession.Seat]] = [:]
    private var links: [ObjectIdentifier: GatewayLink] = [:]
    private var isDraining = false
    private var whenEmpty: [() -> Void] = []
    private let gauge = Gauge(label: "bat_sessions_active")

    init(
        opener: SessionOpener, parts: LiveSession.Parts, loop: any EventLoop, logger: Logger, maxSessions: Int,
        drainTime: Duration
    ) {
        self.opener = opener
        self.parts = parts
        self.loop = loop
        self.logger = logger
        self.maxSessions = maxSessions
        self.drainTime = drainTime
    }

    var count: Int { live.count }

    // MARK: Clients

    func attach(_ attach: RelayMessage.Attach, to seat: LiveSession.Seat) {
        let id = attach.sessionId
        if let session = live[id] {
            return session.isHandedOver ? seat.link.refuse(seat.number, .draining) : session.attach(seat)
        }
        if opening[id] != nil {
            opening[id]?.append(seat)
            return
        }
        if isDraining { return seat.link.refuse(seat.number, .draining) }
        guard live.count + opening.count < maxSessions else { return seat.link.refuse(seat.number, .full) }
        opening[id] = [seat]
        open(id, as: .connecting)
    }

    /// Takes over a session that nobody looks after, so that its client finds it, or that it comes to its end.
    func adopt(_ id: SessionID) {
        guard live[id] == nil, opening[id] == nil, !isDraining, live.count + opening.count < maxSessions else { return }
        opening[id] = []
        open(id, as: .suspended)
    }

    private func open(_ id: SessionID, as phase: SessionPhase) {
        let opener = opener
        // Ends by itself: the store and the journal bound their calls.
        loop.makeFutureWithTask { () async -> Result<SessionOpener.Opened, RelayMessage.Refusal> in
            do throws(RelayMessage.Refusal) {
                return .success(try await opener.open(id, as: phase))
            } catch {
                if error == .ended || error == .notFound { await opener.discardJournal(of: id) }
                return .failure(error)
            }
        }.assumeIsolated().whenSuccess { result in self.opened(id, result) }
    }

    private func opened(_ id: SessionID, _ result: Result<SessionOpener.Opened, RelayMessage.Refusal>) {
        let seats = opening.removeValue(forKey: id) ?? []
        switch result {
        case .failure(let refusal):
            for seat in seats { seat.link.refuse(seat.number, refusal) }
            leaveIfEmpty()
        case .success(let opened):
            let session = LiveSession(
                plan: opened.plan, journal: opened.journal, parts: parts, loop: loop, logger: logger,
                retired: { [weak self] in self?.retired($0) })
            live[id] = session
            gauge.record(live.count)
            // Its client may have left again: the session has begun all the same, and waits for it to come back.
            session.handle(.opened)
            for seat in seats { session.attach(seat) }
            if isDraining { session.handle(.leave) }
        }
    }

    /// A client left before its session was open.
    func forget(_ seat: LiveSession.Seat) {
        for id in opening.keys { opening[id]?.removeAll { seat.isSame(as: $0) } }
    }

    private func retired(_ session: LiveSession) {
        guard live[session.id] === session else { return }
        live[session.id] = nil
        gauge.record(live.count)
        leaveIfEmpty()
    }

    // MARK: Events of REST batches

    /// Records events where the session is: here, or, when it has ended or has not begun, in the store.
    func submit(
        _ events: [ClientEvent], to id: SessionID, id request: String, answer: @escaping (RelayMessage) -> Void
    ) {
        if let session = live[id], session.takesEvents {
            return session.submit(events, answer: answer, id: request)
        }
        let late = LateEvents(store: opener.store, judgement: parts.judgement, logger: logger)
        // Ends by itself: the store bounds its calls.
        loop.makeFutureWithTask { await late.submit(events, to: id, request: request) }
            .assumeIsolated().whenSuccess(answer)
    }

    // MARK: Stopping

    func add(_ link: GatewayLink) {
        links[ObjectIdentifier(link)] = link
        if isDraining { leaveIfEmpty() }
    }

    func remove(_ link: GatewayLink) {
        links[ObjectIdentifier(link)] = nil
        // Nobody would ever say that these clients have left.
        for id in opening.keys { opening[id]?.removeAll { $0.link === link } }
    }

    /// Takes no new sessions, lets live ones finish, and after a while leaves the rest to the next process.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        logger.info("draining", metadata: ["sessions": "\(live.count)"])
        loop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(drainTime.milliseconds))) {
            let left = Array(self.live.values)
            if !left.isEmpty { self.logger.notice("handing over", metadata: ["sessions": "\(left.count)"]) }
            for session in left { session.handle(.leave) }
            // Being stored or judged goes on in the store; nobody needs to wait for it here.
            self.loop.assumeIsolated().scheduleTask(in: .seconds(5)) {
                for session in Array(self.live.values) { session.handle(.leave) }
            }
        }
        leaveIfEmpty()
    }

    /// Calls back when no session is left.
    func notifyWhenEmpty(_ done: @escaping () -> Void) {
        whenEmpty.append(done)
        leaveIfEmpty()
    }

    /// There is no more time: whoever waits is told, and the journals keep what is live.
    func giveUp() {
        let waiting = whenEmpty
        whenEmpty = []
        for done in waiting { done() }
    }

    private func leaveIfEmpty() {
        guard isDraining, live.isEmpty, opening.isEmpty else { return }
        for link in links.values { link.finish() }
        giveUp()
    }
}
