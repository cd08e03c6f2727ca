import Domain
import Foundation

/// Everything that one call was told and did, as its caller wrote it down.
struct CallJournal: Sendable {
    /// A numbered or other message, as it came.
    struct Message: Sendable {
        var at: Double
        var connection: Int
        var type: String
        var seq: Int?
        var json: String

        /// Nil for a type that is not known here.
        var decoded: ServerMessage? { try? JSONDecoder().decode(ServerMessage.self, from: Data(json.utf8)) }
    }

    /// `3-17`: the seventeenth call of the third caller.
    var name: String
    var entries: [JournalEntry]

    init(name: String, entries: [JournalEntry]) {
        self.name = name
        self.entries = entries
    }

    /// Reads a journal; a torn last line is left out.
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

    /// Ids of events that the server has acknowledged, whichever way they came, and when first.
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

    /// When the connection was lost and when the next `ready` came; nil when none did.
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
                // Nobody wants to come back to what is over.
                lostAt = nil
            default: break
            }
        }
        if let lostAt { losses.append((lostAt, nil)) }
        return losses
    }
}
