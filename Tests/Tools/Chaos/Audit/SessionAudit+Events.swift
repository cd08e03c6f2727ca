import Domain

extension SessionAudit {
    /// Client events: each acknowledged one is in the record, and none is stored twice.
    func events(_ record: SessionRecord) -> [Flaw] {
        var counts: [String: Int] = [:]
        for id in record.events.compactMap(\.eventId) { counts[id, default: 0] += 1 }
        var documents: [String: Int] = [:]
        for id in evidence.facts.compactMap(\.eventId) { documents[id, default: 0] += 1 }
        var flaws: [Flaw] = []
        for (id, at) in call.acknowledged.sorted(by: { $0.value < $1.value }) where counts[id] == nil {
            flaws.append(
                flaw(
                    .lost, .ackedEventIsStored, "event \(id) was acknowledged", seen: moment(at),
                    missing: documents[id] == nil ? "record and facts" : "record, though it is among the facts"))
        }
        for (id, count) in counts.sorted(by: { $0.key < $1.key }) where count > 1 {
            flaws.append(flaw(.doubled, .eventIsStoredOnce, "event \(id) is in the record \(count) times"))
        }
        for (id, count) in documents.sorted(by: { $0.key < $1.key }) where count > 1 {
            flaws.append(flaw(.doubled, .eventIsStoredOnce, "event \(id) is among the facts \(count) times"))
        }
        return flaws + forgotten()
    }

    /// An event that was acknowledged and is later accepted as new was lost in between.
    private func forgotten() -> [Flaw] {
        var acknowledged: [String: Double] = [:]
        var flaws: [Flaw] = []
        for entry in call.entries {
            switch entry.what {
            case .received(let connection, "ack", let seq, let json):
                let message = CallJournal.Message(
                    at: entry.at, connection: connection, type: "ack", seq: seq, json: json)
                guard case .ack(let ids)? = message.decoded else { continue }
                for id in ids where acknowledged[id] == nil { acknowledged[id] = entry.at }
            case .uploaded(let id, "stored"):
                if let at = acknowledged[id] {
                    flaws.append(
                        flaw(
                            .lost, .ackedEventIsKnown, "event \(id), acknowledged at \(moment(at)), was new again",
                            seen: moment(entry.at)))
                }
                acknowledged[id] = acknowledged[id] ?? entry.at
            default: continue
            }
        }
        return flaws
    }
}
