import Domain
import Logging
import Storage
import Wire

/// Events of a session that is not live here: uploaded from a client's own buffer after the call.
struct LateEvents: Sendable {
    let store: any SessionStore
    let judgement: Judgement
    let logger: Logger

    func submit(_ events: [ClientEvent], to id: SessionID, request: String) async -> RelayMessage {
        var results: [RelayMessage.EventResult] = []
        var checked: [(index: Int, event: SessionEvent)] = []
        for (index, event) in events.enumerated() {
            do throws(ClientEvent.Refusal) {
                checked.append((index, try event.checked(at: 0)))
                results.append(.init(eventId: event.eventId, status: .stored))
            } catch {
                results.append(
                    .init(eventId: event.eventId, status: .invalid, code: error.code, message: error.message))
            }
        }
        do {
            if !checked.isEmpty {
                let isNew = try await store.addLateEvents(checked.map(\.event), to: id)
                for (entry, isNew) in zip(checked, isNew) where !isNew && results.indices.contains(entry.index) {
                    results[entry.index].status = .duplicate
                }
                if isNew.contains(true) { await judgement.file(id) }
            }
            return .eventsStored(id: request, results: results)
        } catch let error as StorageError where error.code == .notFound {
            return .failed(id: request, refusal: .notFound)
        } catch {
            logger.warning("late events cannot be stored", metadata: ["sessionId": "\(id)", "error": "\(error)"])
            return .failed(id: request, refusal: .storageAway)
        }
    }
}
