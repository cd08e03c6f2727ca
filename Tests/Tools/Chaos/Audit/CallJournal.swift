import Domain
import Foundation

/// Everything that one call received and did, as recorded by its caller.
struct CallJournal: Sendable {
    /// A message as it arrived, with or without a sequence number.
    struct Message: Sendable {
        var at: Double
        var connection: Int
        var type: String
        var seq: Int?
        var json: String

        /// Nil if the type is unknown here.
        var decoded: ServerMessage? { try? JSONDecoder().decode(ServerMessage.self, from: Data(json.utf8)) }
    }

    /// `3-17`: the seventeenth call of the third caller.
    var name: String
    var entries: [JournalEntry]

    init(name: String, entries: [JournalEntry]) {
        self.name = name
        self.entries = entries
    }

    /// Reads a journal. Lines that cannot be decoded, such as a torn last one, are skipped.
    init(name: String, jsonl: Data) {
        let decoder = JSONDecoder()
        self.init(
            name: name,
            entries: jsonl.split(separator: UInt8(ascii: "\n")).compactMap {
                try? decoder.decode(JournalEntry.self, from: $0)
            })
    }

    var session: SessionID? {
        for case .created(let session) in entries.lazy.map(\.what) { return session }
        return nil
    }

    var gaveUp: String? {
        for case .gaveUp(let why) in entries.lazy.map(\.what) { return why }
        return nil
    }

    var messages: [Message] {
        entries.compactMap { entry in
            guard case .received(let connection, let type, let seq, let json) = entry.what else { return nil }
            return Message(at: entry.at, connection: connection, type: type, seq: seq, json: json)
        }
    }

    /// Ids of the events that the server has acknowledged, over WebSocket or REST, with the time of the first
    /// acknowledgement.
    var acknowledged: [String: Double] {
        var acknowledged: [String: Double] = [:]
        for entry in entries {
            switch entry.what {
            case .received(_, "ack", _, let json):
                guard case .ack(let ids)? = try? JSONDecoder().decode(ServerMessage.self, from: Data(json.utf8)) else {
                    continue
                }
                for id in ids where acknowledged[id] == nil { acknowledged[id] = entry.at }
            case .uploaded(let id, let status) where status != "invalid" && acknowledged[id] == nil:
                acknowledged[id] = entry.at
            default: continue
            }
        }
        return acknowledged
    }

    /// Seconds from the first request for a session to the session; nil if there was none, or only after a refusal.
    var creation: Double? {
        var began: Double?
        for entry in entries {
            switch entry.what {
            case .creating: began = entry.at
            case .answered("POST /api/sessions", let status, _) where !(200...299).contains(status): return nil
            case .created: return began.map { entry.at - $0 }
            default: break
            }
        }
        return nil
    }

    /// When a connection was lost and when the next `ready` arrived; nil if none did.
    var losses: [(lostAt: Double, backAt: Double?)] {
        var losses: [(lostAt: Double, backAt: Double?)] = []
        var lostAt: Double?
        for entry in entries {
            switch entry.what {
            case .closed(_, let code) where code != 1000 && lostAt == nil: lostAt = entry.at
            case .dropped where lostAt == nil: lostAt = entry.at
            case .received(_, "ready", _, _):
                if let lost = lostAt { losses.append((lost, entry.at)) }
                lostAt = nil
            case .finished, .gaveUp:
                // A call that is over needs no connection.
                lostAt = nil
            default: break
            }
        }
        if let lostAt { losses.append((lostAt, nil)) }
        return losses
    }
}
