import Conversation
import Domain
import Foundation
import Logging
import Metrics
import NIOCore
import Storage
import Synchronization
import Wire

/// All sessions that are live in this relay, by their ids, and the gateways they talk through. On the sessions' event
/// loop.
final class SessionRegistry {
    private let opener: SessionOpener
    private let parts: LiveSession.Parts
    private let loop: any EventLoop
    private let logger: Logger
    private let maxSessions: Int
    private let drainTime: Duration

    private var live: [SessionID: LiveSession] = [:]
    /// Clients of sessions that are being opened, in order of their arrival.
    private var opening: [SessionID: [Arrival]] = [:]
    /// Sessions that belong to other cells, and until when they need not be tried again.
    private var elsewhere: [SessionID: NIODeadline] = [:]
    private var links: [ObjectIdentifier: GatewayLink] = [:]
    private var isDraining = false
    private var whenEmpty: [() -> Void] = []
    private let gauge = Gauge(label: "bat_sessions_active")

    private struct Arrival {
        let seat: LiveSession.Seat
        /// Of the token that is still to be checked; nil when the gateway has done it.
        var tokenHash: String?
    }

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
        gauge.record(0)
        Gauge(label: "bat_sessions_limit").record(maxSessions)
    }

    var count: Int { live.count }

    var liveIds: [SessionID] { Array(live.keys) }

    // MARK: Clients

    func attach(_ attach: RelayMessage.Attach, to seat: LiveSession.Seat) {
        let id = attach.sessionId
        if let session = live[id] {
            return session.isHandedOver ? seat.link.refuse(seat.number, .draining) : session.attach(seat)
        }
        if opening[id] != nil {
            opening[id]?.append(Arrival(seat: seat))
            return
        }
        if isDraining { return seat.link.refuse(seat.number, .draining) }
        guard live.count + opening.count < maxSessions else { return seat.link.refuse(seat.number, .full) }
        opening[id] = [Arrival(seat: seat)]
        open(id) { [opener] () throws(RelayMessage.Refusal) in try await opener.open(id) }
    }

    /// Connects a client to a session that is live here or is being taken over, if the token belongs to that session.
    func rejoin(_ attach: RelayMessage.Attach, tokenHash: String, to seat: LiveSession.Seat) {
        let id = attach.sessionId
        if let session = live[id] {
            guard !session.isHandedOver, session.isOpened(byTokenHash: tokenHash) else {
                return seat.link.refuse(seat.number, .notHere)
            }
            session.attach(seat)
        } else if opening[id] != nil {
            opening[id]?.append(Arrival(seat: seat, tokenHash: tokenHash))
        } else {
            seat.link.refuse(seat.number, .notHere)
        }
    }

    /// Takes over a session that no relay owns, so that its client finds it or it is ended.
    func adopt(_ id: SessionID) {
        if let until = elsewhere[id] {
            guard until <= .now() else { return }
            elsewhere[id] = nil
        }
        guard live[id] == nil, opening[id] == nil, !isDraining, live.count + opening.count < maxSessions else { return }
        opening[id] = []
        open(id) { [opener] () throws(RelayMessage.Refusal) in try await opener.adopt(id) }
    }

    private func open(
        _ id: SessionID, _ opening: @escaping @Sendable () async throws(RelayMessage.Refusal) -> SessionOpener.Opened
    ) {
        let opener = opener
        // Ends by itself: the store and the journal bound their calls.
        loop.makeFutureWithTask { () async -> Result<SessionOpener.Opened, RelayMessage.Refusal> in
            do throws(RelayMessage.Refusal) {
                return .success(try await opening())
            } catch {
                if error == .ended || error == .notFound { await opener.left.settle(id) }
                return .failure(error)
            }
        }.assumeIsolated().whenSuccess { result in self.opened(id, result) }
    }

    private func opened(_ id: SessionID, _ result: Result<SessionOpener.Opened, RelayMessage.Refusal>) {
        let arrivals = opening.removeValue(forKey: id) ?? []
        switch result {
        case .failure(let refusal):
            if refusal == .otherCell { leaveElsewhere(id) }
            for arrival in arrivals {
                // A client whose token is not checked yet does not learn what happened to the session. One whose token
                // is checked gets a refusal to retry when a session that had not begun was just released.
                let known = refusal == .notHere ? RelayMessage.Refusal.heldElsewhere : refusal
                arrival.seat.link.refuse(arrival.seat.number, arrival.tokenHash == nil ? known : .notHere)
            }
            leaveIfEmpty()
        case .success(let opened):
            let session = LiveSession(
                plan: opened.plan, journal: opened.journal, epoch: opened.epoch, parts: parts, loop: loop,
                logger: logger,
                retired: { [weak self] in self?.retired($0) })
            live[id] = session
            elsewhere[id] = nil
            countLive()
            // Even if its client has left again, the session has begun and waits for it to come back.
            session.handle(.opened)
            for arrival in arrivals {
                guard arrival.tokenHash.map(session.isOpened) ?? true else {
                    arrival.seat.link.refuse(arrival.seat.number, .notHere)
                    continue
                }
                session.attach(arrival.seat)
            }
            if isDraining { session.handle(.leave) }
        }
    }

    /// A client left before its session was open.
    func forget(_ seat: LiveSession.Seat) {
        for id in opening.keys { opening[id]?.removeAll { seat.isSame(as: $0.seat) } }
    }

    private func retired(_ session: LiveSession) {
        guard live[session.id] === session else { return }
        live[session.id] = nil
        countLive()
        leaveIfEmpty()
    }

    private func countLive() {
        gauge.record(live.count)
        opener.pulse.sessions.store(live.count, ordering: .relaxed)
    }

    private static let measureInterval = TimeAmount.seconds(5)

    /// Measures what waits to be sent, now and from time to time: adding up what changes with every frame would cost
    /// every frame.
    func measureQueues() {
        parts.metrics.queued(
            upstream: live.values.reduce(0) { $0 + ($1.upstream?.queuedBytes ?? 0) },
            forGateways: links.values.reduce(0) { $0 + $1.queuedBytes })
        loop.assumeIsolated().scheduleTask(in: Self.measureInterval) { [weak self] in self?.measureQueues() }
    }

    private static let elsewherePause = TimeAmount.seconds(5)
    private static let mostElsewhere = 10_000

    private func leaveElsewhere(_ id: SessionID) {
        let now = NIODeadline.now()
        if elsewhere.count >= Self.mostElsewhere { elsewhere = elsewhere.filter { $0.value > now } }
        if elsewhere.count < Self.mostElsewhere { elsewhere[id] = now + Self.elsewherePause }
    }

    /// Fences the sessions that have a later owner.
    func fence(_ owners: [SessionID: Ownership]) {
        for (id, owner) in owners {
            if let session = live[id], session.epoch < owner.epoch { session.fence() }
        }
    }

    /// Stops those of these sessions that are live here, because they were erased.
    func erase(_ ids: Set<SessionID>) {
        for id in ids { live[id]?.erase() }
    }

    // MARK: Events of REST batches

    /// Records events where the session is: here, or, when it has ended or has not begun, in the store.
    func submit(
        _ events: [ClientEvent], to id: SessionID, id request: String, answer: @escaping (RelayMessage) -> Void
    ) {
        if let session = live[id], session.takesEvents {
            return session.submit(events, answer: answer, id: request)
        }
        let opener = opener
        // Ends by itself: the store bounds its calls.
        loop.makeFutureWithTask { await opener.submitLate(events, to: id, request: request) }
            .assumeIsolated().whenSuccess(answer)
    }

    // MARK: Stopping

    func add(_ link: GatewayLink) {
        links[ObjectIdentifier(link)] = link
        if isDraining { leaveIfEmpty() }
    }

    func remove(_ link: GatewayLink) {
        links[ObjectIdentifier(link)] = nil
        // No `detach` will follow for these clients.
        for id in opening.keys { opening[id]?.removeAll { $0.seat.link === link } }
    }

    /// Takes no new sessions, and lets live ones finish: those without a client in the next process, the others here,
    /// until the drain time is over and the next process has the rest.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        opener.pulse.isStopping.store(true, ordering: .relaxed)
        logger.info("draining", metadata: ["sessions": "\(live.count)"])
        for session in Array(live.values) { session.handle(.drain) }
        loop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(drainTime.milliseconds))) {
            let left = Array(self.live.values)
            if !left.isEmpty { self.logger.notice("handing over", metadata: ["sessions": "\(left.count)"]) }
            for session in left { session.handle(.leave) }
            // Storing and scoring continue without this process, so it does not wait for them.
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

    /// Calls the callbacks of `notifyWhenEmpty` although sessions may be left. The journals keep the live ones.
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
