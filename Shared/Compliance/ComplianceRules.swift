public import Domain
public import Foundation

/// The rules of one session. It takes utterances and events in any order and returns
/// findings in chronological order.
///
/// The same function returns the findings during the call and after it, so that a live finding and a scored one can
/// differ only because of what came later. It judges the trainee's words; the customer's words only give the context.
public struct ComplianceRules: Sendable {
    /// Maximum number of events that are examined for attempts at manipulation only; larger than any client of ours
    /// sends. Further ones are ignored. Utterances, dates of birth and VR interactions are always examined: they are
    /// limited where they are received.
    private static let mostOtherEvents = 2_000

    private let catalog: ComplianceCatalog
    private let language: LanguageRules?
    private let settings: RuleSettings
    private let age: AgeVerification
    private let stricter: Set<String>

    /// In chronological order.
    private var moments: [Moment] = []
    private var utterances: [String: Utterance] = [:]
    private var eventIds: Set<String> = []
    private var otherEvents = 0
    private var lines: [String: ReadLine] = [:]

    /// - Parameters:
    ///   - language: ISO 639-1 code. If the catalogue has no rules for it, only events and manipulation are examined.
    ///   - birthDate: the persona's date of birth, `YYYY-MM-DD`.
    ///   - sessionDate: when the session began. Ages are computed for this day in the market's time zone.
    public init(
        catalog: ComplianceCatalog, language: String, settings: RuleSettings, birthDate: String?, sessionDate: Date
    ) {
        self.catalog = catalog
        self.language = catalog.rules(for: language)
        self.settings = settings
        stricter = Set(catalog.market(settings.market)?.stricter ?? [])
        let zone = TimeZone(identifier: settings.timeZone) ?? .gmt
        let day = CalendarDay(sessionDate, in: zone)
        age = AgeVerification(
            settings: settings, sessionDay: day, dates: BirthDate(zone: zone, sessionDay: day),
            birthDate: birthDate.flatMap { CalendarDay($0) }, handover: catalog.handover)
    }

    /// False for a language without rules: everything that was said has to be reviewed.
    public var hasLanguage: Bool { language != nil }

    /// A later utterance with the same id replaces the earlier one.
    public mutating func take(_ utterance: Utterance) {
        if let known = utterances.updateValue(utterance, forKey: utterance.utteranceId) {
            guard known != utterance else { return }
            moments.removeAll { $0.utteranceId == utterance.utteranceId }
        }
        insert(
            Moment(
                utterance,
                products: utterance.speaker == .avatar ? language?.products(in: utterance.text) : nil,
                isTurn: utterance.speaker == .trainee
                    && SpokenText.isTurn(utterance.text, phantoms: catalog.phantoms)))
    }

    /// Ignores an event whose id is already known, and an event that the server wrote itself.
    public mutating func take(_ event: SessionEvent) {
        guard event.isFromClient else { return }
        if let id = event.eventId, !eventIds.insert(id).inserted { return }
        if event.type != .dobCheck, event.type != .vrInteraction {
            otherEvents += 1
            guard otherEvents <= Self.mostOtherEvents else { return }
        }
        insert(Moment(event, number: moments.count, manipulation: catalog.manipulation.place(in: event)))
    }

    private mutating func insert(_ moment: Moment) {
        // Most moments arrive in chronological order.
        let index = (moments.lastIndex { $0.order < moment.order }).map { $0 + 1 } ?? 0
        moments.insert(moment, at: index)
    }

    /// All findings in the utterances and events taken so far.
    ///
    /// - Parameter outcome: how the session ended, nil while it is running. A sale without an age check is a blocker.
    /// - Parameter isOver: whether to include the finding that can only be made at the end.
    public mutating func findings(outcome: Outcome? = nil, isOver: Bool = false) -> [Finding] {
        var fold = Fold(age: age)
        var before: String?
        for moment in moments {
            switch moment.content {
            case .event(let event, let manipulation): fold.findings += findings(for: event, manipulation, &fold)
            case .customer(let utterance, let products):
                before = utterance.text
                if let products { fold.order.customerNamed(products) }
            case .trainee(_, isTurn: false): break
            case .trainee(let utterance, isTurn: true):
                let line = read(utterance, before: before)
                fold.findings += findings(for: utterance, line, &fold)
                fold.last = utterance
                before = nil
            }
        }
        if isOver, let closing = fold.age.closing(outcome: outcome, presented: fold.order.presented, last: fold.last) {
            fold.findings.append(closing)
        }
        return fold.findings
    }

    private struct Fold {
        var age: AgeVerification
        var order = ConversationOrder()
        var findings: [Finding] = []
        var last: Utterance?
    }

    // MARK: Chronological order

    private struct Moment: Sendable {
        enum Content: Sendable {
            case event(SessionEvent, manipulation: ManipulationFinder.Place?)
            case customer(Utterance, products: Set<String>?)
            case trainee(Utterance, isTurn: Bool)
        }

        /// At equal times a date of birth comes first, then other events, then utterances, so that a client that sends
        /// whole seconds does not cause false findings.
        let order: (time: Double, rank: Int, length: Int, name: String)
        let content: Content

        /// - Parameters:
        ///   - products: that the customer names; nil for a trainee, and for a language without rules.
        ///   - isTurn: whether a trainee says something.
        init(_ utterance: Utterance, products: Set<String>?, isTurn: Bool) {
            order = (Self.time(utterance.startTime), 2, utterance.utteranceId.count, utterance.utteranceId)
            content =
                switch utterance.speaker {
                case .avatar: .customer(utterance, products: products)
                case .trainee: .trainee(utterance, isTurn: isTurn)
                }
        }

        init(_ event: SessionEvent, number: Int, manipulation: ManipulationFinder.Place?) {
            order = (Self.time(event.time), event.type == .dobCheck ? 0 : 1, number, "")
            content = .event(event, manipulation: manipulation)
        }

        private static func time(_ time: Double) -> Double { time.isFinite ? time : 0 }

        var utteranceId: String? {
            switch content {
            case .event: nil
            case .customer(let utterance, _), .trainee(let utterance, _): utterance.utteranceId
            }
        }
    }

    // MARK: One utterance

    private struct ReadLine {
        let text: String
        let before: String?
        let reading: LineReading
    }

    private mutating func read(_ utterance: Utterance, before: String?) -> LineReading {
        if let known = lines[utterance.utteranceId], known.text == utterance.text, known.before == before {
            return known.reading
        }
        let reading = LineReading(
            utterance.text, before: before, language: language, manipulation: catalog.manipulation)
        lines[utterance.utteranceId] = ReadLine(text: utterance.text, before: before, reading: reading)
        return reading
    }

    private func findings(for utterance: Utterance, _ line: LineReading, _ fold: inout Fold) -> [Finding] {
        if line.asksForAge { fold.age.asked() }
        var findings = line.claims.map { finding(of: $0, in: utterance) }
        if language != nil { findings += fold.order.findings(for: utterance, line) }
        if let pitch = line.spots.first(where: \.isPitch) ?? line.spots.first {
            findings += [fold.age.pitched(utterance, pitch.quote, isCertain: pitch.isPitch)].compactMap(\.self)
        }
        if let quote = line.offerInHand {
            findings += [fold.age.offeredAloud(utterance, quote)].compactMap(\.self)
        }
        if let place = line.manipulation {
            findings.append(
                finding(
                    of: place, name: utterance.utteranceId,
                    evidence: Evidence(
                        utteranceId: utterance.utteranceId, text: place.quote.isEmpty ? nil : place.quote),
                    time: utterance.startTime))
        }
        return findings
    }

    private func findings(
        for event: SessionEvent, _ manipulation: ManipulationFinder.Place?, _ fold: inout Fold
    ) -> [Finding] {
        var findings = fold.age.findings(for: event)
        if let place = manipulation {
            findings.append(
                finding(
                    of: place, name: event.place,
                    evidence: Evidence(eventId: event.eventId, text: place.quote.isEmpty ? nil : place.quote),
                    time: event.time))
        }
        return findings
    }

    private func finding(of claim: LineReading.Claim, in utterance: Utterance) -> Finding {
        let words = language?.words
        let isCertain = claim.isCertain && !utterance.isUnsure(of: claim.quote)
        let told = (claim.isAgreement ? words?.agreed : words?.said)?.replacing("%", with: claim.quote) ?? ""
        return Finding(
            findingId: "\(utterance.utteranceId).\(claim.rule.id)", id: claim.rule.id, rule: claim.rule.rule,
            status: isCertain ? .violated : .suspected,
            severity: stricter.contains(claim.rule.id) ? .blocker : claim.rule.severity,
            message: isCertain
                ? "\(told) \(claim.say)"
                : "«\(claim.quote)» may break a rule. \(claim.rule.meaning)",
            evidence: Evidence(utteranceId: utterance.utteranceId, text: claim.quote), time: utterance.startTime)
    }

    private func finding(
        of place: ManipulationFinder.Place, name: String, evidence: Evidence, time: Double
    ) -> Finding {
        let what = place.quote.isEmpty ? "Characters that a reader cannot see look" : "«\(place.quote)» looks"
        let id = place.rule?.id ?? "markers"
        return Finding(
            findingId: "\(name).\(id)", id: id, rule: .injectionSuspected,
            status: place.isCertain ? .violated : .suspected, severity: place.rule?.severity ?? .info,
            message: "\(what) like an instruction to the system, not like something said to a customer.",
            evidence: evidence, time: time)
    }
}

extension Utterance {
    /// Whether the quote contains a word that speech recognition was not sure of.
    fileprivate func isUnsure(of quote: String) -> Bool {
        guard let unsureWords, !unsureWords.isEmpty else { return false }
        let unsure = Set(unsureWords.map(SpokenWords.folded))
        return SpokenWords.folded(quote).split { !$0.isLetter && !$0.isNumber }.contains { unsure.contains(String($0)) }
    }
}
