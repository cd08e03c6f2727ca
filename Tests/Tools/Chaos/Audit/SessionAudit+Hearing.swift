import Domain

extension SessionAudit {
    /// How long a sentence may take to be transcribed or answered, in seconds: the connection to OpenAI may have to be
    /// replaced first.
    static let hearingLimit = 30.0

    /// What the trainee says next after a fault that silenced trainees is transcribed or answered, in a call that goes
    /// on undisturbed.
    func hearing() -> [Flaw] {
        faults.filter(\.kind.silencesTrainees).compactMap { fault in
            guard let over = fault.overAt,
                let (said, text) = nextSentence(after: over), isUndisturbed(from: said, by: fault), !isHeard(text, said)
            else { return nil }
            return flaw(
                .lost, .nobodyStaysMute,
                "«\(text)» was neither transcribed nor answered after \(fault.kind.rawValue) of \(moment(fault.at))",
                seen: moment(said))
        }
    }

    private func nextSentence(after: Double) -> (at: Double, text: String)? {
        for entry in call.entries where entry.at > after {
            if case .said(let text, isTyped: false) = entry.what { return (entry.at, text) }
        }
        return nil
    }

    /// Whether the call went on, on the same connection and without another fault, for as long as an answer may take.
    private func isUndisturbed(from said: Double, by fault: FaultRecord) -> Bool {
        let window = said...(said + Self.hearingLimit)
        let isInterrupted = call.entries.contains { entry in
            guard window.contains(entry.at) else { return false }
            return switch entry.what {
            case .closed, .dropped, .finished, .gaveUp: true
            case .received(_, "session_ended", _, _): true
            default: false
            }
        }
        let lasts = call.entries.contains { $0.at > window.upperBound }
        let isHit = faults.contains { other in
            other != fault && other.at <= window.upperBound
                && max(other.readyAt ?? .infinity, other.overAt ?? 0) >= window.lowerBound
        }
        return lasts && !isInterrupted && !isHit
    }

    private func isHeard(_ text: String, _ said: Double) -> Bool {
        messages.contains { message in
            guard message.type == "transcript", message.at > said, message.at <= said + Self.hearingLimit,
                case .transcript(let line)? = message.decoded
            else { return false }
            return line.speaker == .avatar || line.text.contains(text)
        }
    }
}
