/// One thing that happened in a live session. The relay records it before acting on it.
///
/// Facts are numbered per session without gaps. Folding them in order gives the session's record at any time.
public struct RecordedFact: Codable, Hashable, Sendable {
    /// 1, 2, 3, … within the session: with the session id, its unique key in the journal and in MongoDB.
    public var seq: Int
    /// Seconds since the session began.
    public var time: Double
    public var content: Content

    public init(seq: Int, time: Double, content: Content) {
        self.seq = seq
        self.time = time
        self.content = content
    }

    public enum Content: Codable, Hashable, Sendable {
        /// A later one with the same `utteranceId` replaces it.
        case utterance(Utterance)
        case event(SessionEvent)
        case attitude(AttitudePoint)
        case supervisorLog(SupervisorLog)
        /// A later one with the same `findingId` replaces it.
        case finding(Finding)
        case outcomeClaim(OutcomeClaim)
        case usage(TokenUsage)
        case phase(SessionPhase)
        /// An utterance that is not final yet. Only a relay that takes over the session from these facts makes it one.
        case draft(Draft)
        /// What ends the session, from when it begins to end. Whoever takes it over from there ends it just so.
        case end(AgreedEnd)
    }

    public struct Draft: Codable, Hashable, Sendable {
        /// The words so far; none for the trainee.
        public var utterance: Utterance
        /// The Realtime item that the utterance comes from.
        public var itemId: String
        /// Audio sent to the client so far, in milliseconds.
        public var soundMs: Int
        /// True if it does not become an utterance: it was noise, or none of its words was heard.
        public var isWithdrawn: Bool?

        public init(utterance: Utterance, itemId: String, soundMs: Int, isWithdrawn: Bool? = nil) {
            self.utterance = utterance
            self.itemId = itemId
            self.soundMs = soundMs
            self.isWithdrawn = isWithdrawn
        }
    }

    public struct AgreedEnd: Codable, Hashable, Sendable {
        public var endTrigger: String
        public var outcome: Outcome

        public init(endTrigger: String, outcome: Outcome) {
            self.endTrigger = endTrigger
            self.outcome = outcome
        }
    }

    /// The id by which a resent client event is recognised as a duplicate.
    public var eventId: String? {
        if case .event(let event) = content { event.eventId } else { nil }
    }
}

extension [Finding] {
    /// Adds a finding, or replaces the one with the same `findingId`.
    public mutating func put(_ finding: Finding) {
        if let index = firstIndex(where: { $0.findingId == finding.findingId }) {
            self[index] = finding
        } else {
            append(finding)
        }
    }
}

extension SessionRecord {
    /// Folds facts, in the order of `seq`, into the record.
    public mutating func apply(_ facts: some Sequence<RecordedFact>) {
        for fact in facts {
            switch fact.content {
            case .utterance(let utterance):
                if let index = transcript.firstIndex(where: { $0.utteranceId == utterance.utteranceId }) {
                    transcript[index] = utterance
                } else {
                    transcript.append(utterance)
                }
            case .event(let event): events.append(event)
            case .attitude(let point):
                attitudeCurve.append(point)
                moodHistory.append(point.value)
                finalAttitude = point.value
            case .supervisorLog(let log): supervisorLogs.append(log)
            case .finding(let finding): findings.put(finding)
            case .outcomeClaim(let claim): outcomeClaims.append(claim)
            case .usage(let total): usage = total
            case .phase(let phase):
                self.phase = phase
                absences.note(phase, at: fact.time)
            // Their results are separate facts.
            case .end, .draft: break
            }
        }
        transcript.sort {
            ($0.startTime, $0.utteranceId.count, $0.utteranceId) < ($1.startTime, $1.utteranceId.count, $1.utteranceId)
        }
        events.sort { $0.time < $1.time }
    }
}
