import Domain
import Wire

extension LiveSession.StateMachine {
    /// An event that came over the WebSocket.
    mutating func takeLive(_ event: ClientEvent) {
        guard phase != .ended else {
            return refuse(event, "session_ended", "The session has ended; use the REST upload.")
        }
        let result = take(event)
        switch result.status {
        case .stored, .duplicate:
            if let eventId = event.eventId { act(.acknowledge(eventIds: [eventId])) }
        case .invalid: refuse(event, result.code ?? "invalid_event", result.message ?? "The event is invalid.")
        }
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
    mutating func take(_ event: ClientEvent) -> LiveSession.EventResult {
        do throws(ClientEvent.Refusal) {
            let checked = try event.checked(at: now.seconds)
            if let eventId = checked.eventId, ledger.eventIds.contains(eventId) {
                return .init(eventId: eventId, status: .duplicate)
            }
            guard ledger.clientEvents < plan.limits.events,
                ledger.clientEventBytes + checked.data.weight <= plan.limits.eventBytes
            else {
                throw ClientEvent.Refusal(
                    code: "too_many_events",
                    message:
                        "A session keeps \(plan.limits.events) events of its client, with \(plan.limits.eventBytes) bytes of data."
                )
            }
            record(.event(checked))
            supervise(.event(sessionId: plan.sessionId, event: checked))
            touch()
            return .init(eventId: checked.eventId, status: .stored)
        } catch {
            return .init(eventId: event.eventId, status: .invalid, code: error.code, message: error.message)
        }
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
        if let eventId = event.eventId, ledger.eventIds.contains(eventId) {
            return .init(eventId: eventId, status: .duplicate)
        }
        return .init(
            eventId: event.eventId, status: .invalid, code: "session_ending",
            message: "The session is being stored; try again.")
    }
}
