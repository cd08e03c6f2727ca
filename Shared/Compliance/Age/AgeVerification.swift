import Domain

/// Was the customer's age checked before anything changed hands?
///
/// Only a `DOB_CHECK` event whose date of birth makes the customer of legal age on the day of the session counts. The
/// date is computed here; the client's `correct` is its opinion. Asking aloud shows good will and turns the blocker into
/// a major finding, because what a customer answers aloud cannot be checked.
///
/// - A device or a stick handed over before the check: blocker (major when age was asked for aloud), once per session.
///   A check that comes later does not mend it.
/// - The customer was converted and age was never checked: blocker (major when asked aloud).
/// - Products presented, nobody's age checked, no sale: minor.
struct AgeVerification: Sendable {
    /// Nobody alive was born earlier, so a date before is a slip of the finger.
    static let earliestYear = 1900

    let legalAge: Int
    let sessionDay: CalendarDay
    let handover: Handover

    private(set) var isVerified = false
    private var wasAsked = false
    private var sawMinor = false
    private var handedOverUnchecked = false

    init(legalAge: Int, sessionDay: CalendarDay, handover: Handover) {
        self.legalAge = legalAge
        self.sessionDay = sessionDay
        self.handover = handover
    }

    /// The trainee asked for the age, the date of birth or a document.
    mutating func asked() { wasAsked = true }

    mutating func finding(for event: SessionEvent) -> Finding? {
        if event.type == .dobCheck { return checked(event) }
        if event.type == .vrInteraction, handover.isMeant(by: event) { return handedOver(event) }
        return nil
    }

    private mutating func checked(_ event: SessionEvent) -> Finding {
        guard let birth = event.data["entered"]?.string.flatMap({ CalendarDay($0) }),
            birth <= sessionDay, birth.year >= Self.earliestYear
        else {
            return finding(.violated, .minor, "What was entered as date of birth is not one (YYYY-MM-DD).", event)
        }
        let age = birth.age(on: sessionDay)
        let claim = event.data["correct"]?.bool
        guard age >= legalAge else {
            sawMinor = true
            isVerified = false
            let contradiction = claim == true ? " The client took it for correct." : ""
            return finding(
                .violated, .major,
                "The date of birth makes the customer \(age); legal age is \(legalAge). "
                    + "The conversation has to end here.\(contradiction)", event)
        }
        sawMinor = false
        isVerified = true
        let contradiction = claim == false ? " The client took it for wrong." : ""
        return finding(
            .satisfied, .info, "Age checked: \(age) years on the day of the session.\(contradiction)", event)
    }

    private mutating func handedOver(_ event: SessionEvent) -> Finding? {
        guard !isVerified, !handedOverUnchecked else { return nil }
        handedOverUnchecked = true
        if sawMinor {
            return finding(.violated, .blocker, "A product was handed to a customer below legal age.", event)
        }
        return wasAsked
            ? finding(
                .violated, .major,
                "A product was handed over after asking for the age, but before the date of birth was checked.", event)
            : finding(.violated, .blocker, "A product was handed over before the customer's age was checked.", event)
    }

    /// What is left to say when the session is over.
    func closing(outcome: Outcome?, presented: Bool, last: Utterance?) -> Finding? {
        guard !isVerified else { return nil }
        let evidence = Evidence(utteranceId: last?.utteranceId)
        let time = last?.endTime ?? 0
        func finding(_ severity: Finding.Severity, _ message: String) -> Finding {
            Finding(
                rule: "age_check", status: .violated, severity: severity, message: message, evidence: evidence,
                time: time)
        }
        if outcome == .converted {
            if sawMinor { return finding(.blocker, "A sale was closed with a customer below legal age.") }
            return wasAsked
                ? finding(.major, "A sale was closed; age was asked for, but the date of birth was never checked.")
                : finding(.blocker, "A sale was closed without any check of the customer's age.")
        }
        guard presented, !handedOverUnchecked, !sawMinor else { return nil }
        return finding(.minor, "Products were presented, and the customer's age was never checked.")
    }

    private func finding(
        _ status: Finding.Status, _ severity: Finding.Severity, _ message: String, _ event: SessionEvent
    ) -> Finding {
        Finding(
            rule: "age_check", status: status, severity: severity, message: message,
            evidence: Evidence(eventId: event.eventId), time: event.time)
    }
}

/// Which `VR_INTERACTION` events mean that the customer was given something.
struct Handover: Sendable {
    /// Compared without case and separators; an object also matches with a suffix, as Unity's `GLO_Device (Clone)` has.
    let objects: [String]
    let actions: Set<String>

    init(objects: [String], actions: [String]) {
        self.objects = objects.map(Self.plain)
        self.actions = Set(actions.map(Self.plain))
    }

    func isMeant(by event: SessionEvent) -> Bool {
        guard let object = event.data["interactedObject"]?.string.map(Self.plain),
            let action = event.data["action"]?.string.map(Self.plain)
        else { return false }
        return actions.contains(action) && objects.contains { object.hasPrefix($0) }
    }

    private static func plain(_ text: String) -> String {
        SpokenWords.folded(text).filter { $0.isLetter || $0.isNumber }
    }
}
