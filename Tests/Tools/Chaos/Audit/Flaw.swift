/// A defect found by the audit, with its evidence.
struct Flaw: Codable, Hashable, Sendable {
    enum Kind: String, Codable, CaseIterable, Sendable {
        case lost, doubled, stuck, unexpected
    }

    var kind: Kind
    var rule: Rule
    /// `BAT-001`; nil if the flaw is not about one session.
    var session: String?
    /// Name of the call whose journal shows it.
    var call: String?
    var what: String
    /// Where and when it was observed.
    var seen: String?
    /// Where it should have been.
    var missing: String?

    init(
        _ kind: Kind, _ rule: Rule, session: String? = nil, call: String? = nil, _ what: String, seen: String? = nil,
        missing: String? = nil
    ) {
        self.kind = kind
        self.rule = rule
        self.session = session
        self.call = call
        self.what = what
        self.seen = seen
        self.missing = missing
    }
}

extension Flaw: CustomStringConvertible {
    var description: String {
        var text = "\(kind.rawValue) \(rule.rawValue)"
        if let session { text += " \(session)" }
        if let call { text += " (call \(call))" }
        text += ": \(what)"
        if let seen { text += "; seen \(seen)" }
        if let missing { text += "; missing \(missing)" }
        return text
    }
}
