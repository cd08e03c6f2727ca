import Compliance
import Domain
import Intake
import Wire

extension LiveSession.StateMachine {
    /// An event that came over the WebSocket.
    mutating func takeLive(_ event: ClientEvent) {
        guard phase != .ended else {
            return refuse(event, "session_ended", "The session has ended; use the REST upload.")
        }
        let dates = client?.clock.dates(of: [event.time], arrival: now.seconds) ?? []
        let result = take(event, at: dates.first ?? now.seconds)
        switch result.status {
        case .stored, .duplicate:
            if let eventId = event.eventId { act(.acknowledge(eventIds: [eventId])) }
        case .invalid: refuse(event, result.code ?? "invalid_event", result.message ?? "The event is invalid.")
        }
    }

    /// Events of a REST batch, which has a clock of its own.
    mutating func take(batch events: [ClientEvent]) -> [LiveSession.EventResult] {
        var clock = EventClock()
        let dates = clock.dates(of: events.map(\.time), arrival: now.seconds)
        return zip(events, dates).map { take($0, at: $1) }
    }

    private mutating func refuse(_ event: ClientEvent, _ code: String, _ message: String) {
        // An id that is itself at fault cannot be said back.
        if let eventId = event.eventId, (1...64).contains(eventId.count) {
            refuse(eventId, code, message)
        } else {
            complain(code, message)
        }
    }

    mutating func refuse(_ eventId: String, _ code: String, _ message: String) {
        send(.nack(eventIds: [eventId], code: code, message: message, retry: false))
    }

    /// Records an event, whichever way it came, once.
    private mutating func take(_ event: ClientEvent, at date: Double) -> LiveSession.EventResult {
        do throws(ClientEvent.Refusal) {
            let number = ledger.facts.count + 1
            let checked = try event.checked(at: date) { "server-\(number)" }
            if let earlier = checked.eventId.flatMap({ ledger.event($0) }) {
                guard earlier.isSame(as: checked) else { throw SessionEvent.reusedId }
                if let refusal = unreadableDate(in: earlier) { throw refusal }
                return .init(eventId: event.eventId, status: .duplicate)
            }
            guard ledger.clientEvents < plan.limits.events,
                ledger.clientEventBytes + checked.data.weight <= plan.limits.eventBytes
            else {
                throw SessionEvent.tooMany(events: plan.limits.events, bytes: plan.limits.eventBytes)
            }
            record(.event(checked))
            supervise(.event(sessionId: plan.sessionId, event: checked))
            if plan.handover?.meaning(of: checked, more: plan.rules.handoverObjects) == .unknown {
                act(.count(.unknownInteraction))
            }
            touch()
            if let refusal = unreadableDate(in: checked) { throw refusal }
            return .init(eventId: event.eventId, status: .stored)
        } catch {
            return .init(eventId: event.eventId, error)
        }
    }

    /// A date of birth that nobody can read is recorded, and the client told at once, so that it asks again.
    private func unreadableDate(in event: SessionEvent) -> ClientEvent.Refusal? {
        plan.rules.refusal(of: event, sessionDate: plan.startedAt)
    }

    /// The call goes on from memory while the disk takes nothing, up to a bound.
    mutating func journalIs(_ state: FactWriter.State) {
        switch state {
        case .durable: isInMemoryOnly = false
        case .refused(let waiting):
            if !isInMemoryOnly {
                isInMemoryOnly = true
                complain(
                    "not_durable", "The server's disk takes nothing at the moment; what happens now is kept in memory.")
            }
            if waiting > plan.limits.unwrittenFacts { finish(.journalFull) }
        }
    }

    /// The record is closed; late events go to the store directly.
    func lateResult(of event: ClientEvent) -> LiveSession.EventResult {
        .init(
            eventId: event.eventId, status: .invalid, code: "session_ending",
            message: "The session is being stored; try again.")
    }
}
