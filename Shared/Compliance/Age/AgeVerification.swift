import Domain

/// Checks whether the customer's age was verified before a product changed hands.
///
/// Only a `DOB_CHECK` event with a date that makes the customer of legal age on the day of the session verifies the
/// age. The age is computed here; the client's `correct` says whether the date is the one on the document. Asking aloud
/// verifies nothing, because a spoken answer cannot be checked; it only changes the wording of findings.
///
/// | what happened | finding |
/// |---|---|
/// | an adult date | `satisfied`; `dateDiffers` where it is not the persona's and the session is lenient about that |
/// | an adult date not on the document, or not the persona's where that matters | `violated`, major; not a check |
/// | a minor's date | `satisfied`: a minor was recognised. Any sale, handover or praise afterwards is the violation |
/// | an unreadable date | `suspected`, info; not a check |
/// | a product in the customer's hand before a check | `violated`, blocker; a later check does not undo it |
/// | a product perhaps in the customer's hand before a check | `suspected`, blocker |
/// | a sale or a handover, and the customer is a minor | `violated`, blocker, whatever was checked |
/// | a sale without a check | `violated`, blocker; `suspected` if the client sends no events to report one |
/// | products praised, no check, no sale | `violated`, minor; `suspected` where the client sends no events |
struct AgeVerification: Sendable {
    let settings: RuleSettings
    let sessionDay: CalendarDay
    let dates: BirthDate
    /// The customer's own date of birth, if the persona has one.
    let birthDate: CalendarDay?
    let handover: Handover

    private enum Knowledge {
        case none, adult
        /// A minor's date that is not the customer's own. It counts as a typing error until the customer's own date is
        /// entered.
        case mistyped
        /// Final: no later date clears it.
        case minor
    }

    private var knowledge = Knowledge.none
    private var wasAsked = false
    private var clientReports = false
    private var reported: Set<Breach> = []

    private enum Breach { case unchecked, minor, perhaps, pitch }
    /// Maximum number of suspected offers and pitches reported in a session.
    private static let mostSuspicions = 20
    private var suspicions = 0

    init(settings: RuleSettings, sessionDay: CalendarDay, dates: BirthDate, birthDate: CalendarDay?, handover: Handover)
    {
        self.settings = settings
        self.sessionDay = sessionDay
        self.dates = dates
        self.birthDate = birthDate
        self.handover = handover
    }

    private var isVerified: Bool { knowledge == .adult }
    private var sawMinor: Bool { knowledge == .minor || knowledge == .mistyped }
    private var isOwnMinor: Bool { birthDate.map { $0.age(on: sessionDay) < settings.legalAge } ?? false }

    /// The trainee asked for the age, the date of birth or a document.
    mutating func asked() { wasAsked = true }

    mutating func findings(for event: SessionEvent) -> [Finding] {
        clientReports = true
        let place = Place(event)
        if event.type == .dobCheck { return [checked(event, place)] }
        switch handover.meaning(of: event, more: settings.handoverObjects) {
        case .handedOver: return [handedOver(place)].compactMap(\.self)
        case .offered: return [offered(place)].compactMap(\.self)
        case .harmless, .unknown, nil: return []
        }
    }

    // MARK: Dates

    private mutating func checked(_ event: SessionEvent, _ place: Place) -> Finding {
        guard let entered = dates.day(event.data["entered"]) else {
            return place.finding(
                .suspected, .info, "What was entered as date of birth cannot be read. Expected: \(BirthDate.expected).")
        }
        let age = entered.age(on: sessionDay)
        let differs = birthDate.map { $0 != entered } ?? false
        return age < settings.legalAge
            ? minorEntered(age, differs: differs, place)
            : adultEntered(age, differs: differs, isOnDocument: event.data["correct"]?.flag ?? true, place)
    }

    private mutating func minorEntered(_ age: Int, differs: Bool, _ place: Place) -> Finding {
        if knowledge != .minor { knowledge = differs ? .mistyped : .minor }
        let message = "The date of birth makes the customer \(age); legal age is \(settings.legalAge). "
        return place.finding(
            .satisfied, .info,
            message
                + (differs
                    ? "It is not the date on this customer's card: enter that one."
                    : "Nothing may be sold to this customer; the conversation has to end here."),
            dateDiffers: differs ? true : nil)
    }

    private mutating func adultEntered(_ age: Int, differs: Bool, isOnDocument: Bool, _ place: Place) -> Finding {
        guard isOnDocument else {
            return place.finding(
                .violated, .major, "The date of birth that was entered is not the one on the customer's document.")
        }
        if knowledge == .minor {
            return place.finding(
                .violated, .major,
                "A date of birth below legal age had been entered before. Another date does not clear it.")
        }
        if differs, settings.dobMatch == .strict || knowledge == .mistyped || isOwnMinor {
            return place.finding(
                .violated, .major, "The date of birth that was entered is not the customer's.", dateDiffers: true)
        }
        let wasMistyped = knowledge == .mistyped
        knowledge = .adult
        var message = "Age checked: \(age) years on the day of the session."
        if wasMistyped { message += " The date below legal age that was entered before was a typing error." }
        if differs { message += " The date is not the one of this persona." }
        return place.finding(.satisfied, .info, message, dateDiffers: differs ? true : nil)
    }

    // MARK: Products

    private mutating func handedOver(_ place: Place) -> Finding? {
        if sawMinor || isOwnMinor {
            guard reported.insert(.minor).inserted else { return nil }
            return place.finding(.violated, .blocker, "A product was handed to a customer below legal age.")
        }
        guard !isVerified, reported.insert(.unchecked).inserted else { return nil }
        return place.finding(
            .violated, .blocker,
            wasAsked
                ? "A product was handed over after asking for the age, but before the date of birth was checked."
                : "A product was handed over before the customer's age was checked.")
    }

    private mutating func offered(_ place: Place) -> Finding? {
        guard !isVerified, suspicions < Self.mostSuspicions else { return nil }
        suspicions += 1
        reported.insert(.perhaps)
        return place.finding(
            .suspected, .blocker,
            sawMinor
                ? "A product was perhaps put into the hand of a customer below legal age."
                : "A product was perhaps put into the customer's hand before the age was checked.")
    }

    /// The trainee told the customer to take something.
    mutating func offeredAloud(_ utterance: Utterance, _ quote: String) -> Finding? { offered(Place(utterance, quote)) }

    /// The trainee praised or offered a product.
    mutating func pitched(_ utterance: Utterance, _ quote: String, isCertain: Bool) -> Finding? {
        guard sawMinor else { return nil }
        if isCertain {
            guard reported.insert(.pitch).inserted else { return nil }
        } else {
            guard !reported.contains(.pitch), suspicions < Self.mostSuspicions else { return nil }
            suspicions += 1
        }
        return Place(utterance, quote).finding(
            isCertain ? .violated : .suspected, .major, "A product was offered to a customer below legal age.",
            id: "pitch_to_minor")
    }

    // MARK: The end

    /// The finding that can only be made when the session is over.
    func closing(outcome: Outcome?, presented: Bool, last: Utterance?) -> Finding? {
        guard !isVerified else { return nil }
        let place = Place(end: last)
        let status = clientReports ? Finding.Status.violated : .suspected
        if outcome == .converted {
            if sawMinor || isOwnMinor {
                return place.finding(.violated, .blocker, "A sale was closed with a customer below legal age.")
            }
            return place.finding(
                status, .blocker,
                wasAsked
                    ? "A sale was closed; age was asked for, but the date of birth was never checked."
                    : "A sale was closed without any check of the customer's age.")
        }
        guard presented, reported.isEmpty, !sawMinor else { return nil }
        return place.finding(status, .minor, "Products were presented, and the customer's age was never checked.")
    }

    /// What a finding of this rule is based on.
    private struct Place {
        let name: String
        let evidence: Evidence
        let time: Double

        init(_ event: SessionEvent) {
            name = event.place
            evidence = Evidence(eventId: event.eventId)
            time = event.time
        }

        init(_ utterance: Utterance, _ quote: String) {
            name = utterance.utteranceId
            evidence = Evidence(utteranceId: utterance.utteranceId, text: quote)
            time = utterance.startTime
        }

        init(end last: Utterance?) {
            name = "end"
            evidence = Evidence(utteranceId: last?.utteranceId)
            time = last?.endTime ?? 0
        }

        func finding(
            _ status: Finding.Status, _ severity: Finding.Severity, _ message: String, id: String = "age_check",
            dateDiffers: Bool? = nil
        ) -> Finding {
            Finding(
                findingId: "\(name).\(id)", id: id, rule: .ageCheck, status: status, severity: severity,
                message: message, dateDiffers: dateDiffers, evidence: evidence, time: time)
        }
    }
}

extension SessionEvent {
    /// Identifies the event in a `findingId`.
    var place: String { "e:\(eventId ?? "t\(time)")" }
}

extension JSONValue {
    /// True or false, also as text or number, as some clients send it.
    var flag: Bool? {
        switch self {
        case .bool(let flag): flag
        case .integer(let number): number == 0 ? false : number == 1 ? true : nil
        case .string(let text):
            switch text.lowercased() {
            case "true": true
            case "false": false
            default: nil
            }
        case .null, .large, .number, .array, .object: nil
        }
    }
}
