/// What a rule found in the words and events of a session, always with its evidence.
///
/// Code finds it during the call. After the call a review by meaning may confirm or withdraw it, and so may a person;
/// `decidedBy` says who decided `status`.
public struct Finding: Codable, Hashable, Sendable {
    /// Unique in the session, and the same each time the rules run: `u15.free`, `e:dob-3.age_check`.
    public var findingId: String
    /// The entry of the rule: `free`, `harmless`, `veo-has-tobacco`. The name of the rule if it has no entries.
    public var id: String
    public var rule: Rule
    public var status: Status
    public var severity: Severity
    public var decidedBy: Decider
    /// One or two sentences for the trainee and the trainer.
    public var message: String
    /// Why it was dismissed or is disputed. Nil otherwise.
    public var reason: String?
    /// True if the date of birth that was entered is not the persona's.
    public var dateDiffers: Bool?
    /// True if a client was notified of it, and so must be notified when it is withdrawn.
    public var wasTold: Bool?
    public var evidence: Evidence
    /// Seconds since the session began.
    public var time: Double

    /// - Parameters:
    ///   - findingId: nil builds it from the evidence and `id`.
    ///   - id: nil means the name of the rule.
    public init(
        findingId: String? = nil, id: String? = nil, rule: Rule, status: Status, severity: Severity,
        decidedBy: Decider = .code,
        message: String, reason: String? = nil, dateDiffers: Bool? = nil, evidence: Evidence, time: Double
    ) {
        self.id = id ?? rule.rawValue
        self.findingId = findingId ?? Self.findingId(id ?? rule.rawValue, evidence, time)
        self.rule = rule
        self.status = status
        self.severity = severity
        self.decidedBy = decidedBy
        self.message = message
        self.reason = reason
        self.dateDiffers = dateDiffers
        self.evidence = evidence
        self.time = time
    }

    public enum Status: String, Codable, Sendable {
        /// The rule is broken.
        case violated
        /// The rule may be broken: a reader has to decide. Does not fail the session.
        case suspected
        /// The rule looked broken, but is not.
        case dismissed
        /// The words certainly break the rule, but the review by meaning disagrees. A person has to decide.
        case disputed
        /// What the rule asks for was done.
        case satisfied
    }

    public enum Decider: String, Codable, Sendable {
        case code, review, person
    }

    public enum Severity: String, Codable, Sendable {
        /// Fails the session whatever its score.
        case blocker
        case major, minor, info
    }

    /// Fails the session.
    public var isStandingBlocker: Bool { severity == .blocker && status == .violated }

    /// May fail the session once it is decided.
    public var isOpenBlocker: Bool { severity == .blocker && [.suspected, .disputed].contains(status) }
}

extension Finding {
    private static func findingId(_ id: String, _ evidence: Evidence, _ time: Double) -> String {
        "\(evidence.utteranceId ?? evidence.eventId.map { "e:\($0)" } ?? "t\(time)").\(id)"
    }

    private enum CodingKeys: String, CodingKey {
        case findingId, id, rule, status, severity, decidedBy, message, reason, dateDiffers, wasTold, evidence, time
    }

    /// Records of earlier versions have no `findingId`, `id` and `decidedBy`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rule = try container.decode(Rule.self, forKey: .rule)
        evidence = try container.decode(Evidence.self, forKey: .evidence)
        time = try container.decode(Double.self, forKey: .time)
        id = try container.decodeIfPresent(String.self, forKey: .id) ?? rule.rawValue
        findingId =
            try container.decodeIfPresent(String.self, forKey: .findingId) ?? Self.findingId(id, evidence, time)
        status = try container.decode(Status.self, forKey: .status)
        severity = try container.decode(Severity.self, forKey: .severity)
        decidedBy = try container.decodeIfPresent(Decider.self, forKey: .decidedBy) ?? .code
        message = try container.decode(String.self, forKey: .message)
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
        dateDiffers = try container.decodeIfPresent(Bool.self, forKey: .dateDiffers)
        wasTold = try container.decodeIfPresent(Bool.self, forKey: .wasTold)
    }
}

extension Finding {
    /// The finding as the rules returned it, without the mark that a client was notified.
    public var asFound: Finding {
        var finding = self
        finding.wasTold = nil
        return finding
    }

    /// Whether a client that was notified of `earlier`, under the same id, must be notified of this finding. Suspicions
    /// are only for viewers; a withdrawal is news only to a client that was notified of the finding.
    public func isNews(after earlier: Finding?) -> Bool {
        switch status {
        case .violated, .satisfied: earlier.map { $0.status != status || $0.severity != severity } ?? true
        case .dismissed, .disputed: earlier.map { [.violated, .satisfied].contains($0.status) } ?? false
        case .suspected: false
        }
    }
}

extension [Finding] {
    /// Marks the findings that a client was notified of, according to `earlier`.
    public mutating func markTold(by earlier: [Finding]) {
        let told = Set(
            earlier.filter { $0.wasTold == true || [.violated, .satisfied].contains($0.status) }.map(\.findingId))
        for index in indices where told.contains(self[index].findingId) { self[index].wasTold = true }
    }

    /// The findings that a client sees.
    ///
    /// - Parameter live: the findings of the call, as they were at its end.
    public func visibleToClients(live: [Finding]) -> [Finding] {
        let told = Set(live.filter { [.violated, .satisfied].contains($0.status) }.map(\.findingId))
        return filter { finding in
            switch finding.status {
            case .violated, .satisfied: true
            case .dismissed, .disputed: finding.wasTold == true || told.contains(finding.findingId)
            case .suspected: false
            }
        }
    }
}

/// What a statement is based on: an utterance with the quoted words, or an event.
public struct Evidence: Codable, Hashable, Sendable {
    public var utteranceId: String?
    public var eventId: String?
    /// The words themselves, verbatim from the utterance.
    public var text: String?

    public init(utteranceId: String? = nil, eventId: String? = nil, text: String? = nil) {
        self.utteranceId = utteranceId
        self.eventId = eventId
        self.text = text
    }

    /// With texts no longer than evidence can need.
    var bounded: Evidence {
        Evidence(
            utteranceId: utteranceId?.beginning(bytes: 16), eventId: eventId?.beginning(bytes: ClientEvent.mostIdBytes),
            text: text?.beginning(bytes: 1_000))
    }
}
