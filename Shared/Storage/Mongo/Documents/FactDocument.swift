import Domain

/// How a recorded fact is stored in the `events` collection: one document per fact, which remains after the session
/// ends.
enum FactDocument {
    /// Of the relay that stored the fact.
    static let epoch = "epoch"

    static func epoch(of document: BSONDocument) -> Int {
        document[epoch]?.integer.flatMap { Int(exactly: $0) } ?? 0
    }

    static func new(_ fact: RecordedFact, of id: SessionID, by epoch: Int? = nil) throws -> BSONDocument {
        do {
            let (kind, body) = try parts(fact.content)
            var document: BSONDocument = [
                "sessionId": .string(id.text), "seq": .integer(fact.seq), "time": .double(fact.time),
                "kind": .string(kind), "body": body,
            ]
            document["eventId"] = fact.eventId.map { .string($0) }
            document[self.epoch] = epoch.map { .integer($0) }
            return document
        } catch {
            throw StorageError(.refused, "fact \(fact.seq) cannot be stored", cause: "\(error)")
        }
    }

    /// Nil for a kind that this version does not know, or a body that it cannot read.
    static func fact(_ document: BSONDocument) -> RecordedFact? {
        guard let seq = document["seq"]?.integer.flatMap({ Int(exactly: $0) }), let kind = document["kind"]?.string,
            let body = document["body"], let content = try? content(kind, body)
        else { return nil }
        return RecordedFact(seq: seq, time: document["time"]?.number ?? 0, content: content)
    }

    private static func parts(_ content: RecordedFact.Content) throws -> (kind: String, body: BSONValue) {
        switch content {
        case .utterance(let body): ("utterance", try BSONEncoder.value(body))
        case .event(let body): ("event", try BSONEncoder.value(body))
        case .attitude(let body): ("attitude", try BSONEncoder.value(body))
        case .supervisorLog(let body): ("supervisorLog", try BSONEncoder.value(body))
        case .finding(let body): ("finding", try BSONEncoder.value(body))
        case .outcomeClaim(let body): ("outcomeClaim", try BSONEncoder.value(body))
        case .usage(let body): ("usage", try BSONEncoder.value(body))
        case .phase(let body): ("phase", try BSONEncoder.value(body))
        case .draft(let body): ("draft", try BSONEncoder.value(body))
        case .end(let body): ("end", try BSONEncoder.value(body))
        }
    }

    private static func content(_ kind: String, _ body: BSONValue) throws -> RecordedFact.Content? {
        switch kind {
        case "utterance": .utterance(try BSONDecoder.decode(Utterance.self, from: body))
        case "event": .event(try BSONDecoder.decode(SessionEvent.self, from: body))
        case "attitude": .attitude(try BSONDecoder.decode(AttitudePoint.self, from: body))
        case "supervisorLog": .supervisorLog(try BSONDecoder.decode(SupervisorLog.self, from: body))
        case "finding": .finding(try BSONDecoder.decode(Finding.self, from: body))
        case "outcomeClaim": .outcomeClaim(try BSONDecoder.decode(OutcomeClaim.self, from: body))
        case "usage": .usage(try BSONDecoder.decode(TokenUsage.self, from: body))
        case "phase": .phase(try BSONDecoder.decode(SessionPhase.self, from: body))
        case "draft": .draft(try BSONDecoder.decode(RecordedFact.Draft.self, from: body))
        case "end": .end(try BSONDecoder.decode(RecordedFact.AgreedEnd.self, from: body))
        default: nil
        }
    }
}
