public import Domain
public import Foundation

/// A date of birth as clients send it: from a card in VR, a form in the browser, or a library that adds a time of day.
///
/// | sent | read as |
/// |---|---|
/// | `1981-05-12`, `1981/5/12` | year, month, day |
/// | `12.5.1981`, `12. 5. 1981` | day, month, year |
/// | `5/13/1981`, `13-5-1981` | the part above 12 is the day; refused unless exactly one is |
/// | `1981-05-12T00:00:00Z` | that day |
/// | `1981-05-11T22:00Z` | the day in the market's zone at that moment |
/// | `2524-05-12` | a Buddhist year, 543 ahead |
///
/// Blanks, invisible characters and the digits of other scripts are accepted.
public struct BirthDate: Sendable {
    /// Nobody alive was born earlier, so an earlier date is a typing error.
    static let earliestYear = 1900
    private static let buddhistYearsAhead = 543
    /// Longer than any date with a time.
    private static let mostCharacters = 64
    /// The expected format, for an answer to a client.
    public static let expected =
        "a date of birth as text in data.entered: YYYY-MM-DD, or day.month.year; not before 1900 and not in the future"

    /// The time zone in which a point in time becomes a day.
    let zone: TimeZone
    let sessionDay: CalendarDay

    public init(zone: TimeZone, sessionDay: CalendarDay) {
        self.zone = zone
        self.sessionDay = sessionDay
    }

    /// Nil if the value is not a date, is ambiguous, or is not a plausible date of birth.
    public func day(_ entered: JSONValue?) -> CalendarDay? {
        guard let text = entered?.string, text.count <= Self.mostCharacters else { return nil }
        return day(Self.plain(text)).flatMap(plausible)
    }

    private func plausible(_ day: CalendarDay) -> CalendarDay? {
        day.year >= Self.earliestYear && day <= sessionDay ? day : nil
    }

    /// With ASCII digits and hyphens, one kind of blank and no invisible characters.
    private static func plain(_ text: String) -> String {
        String(
            SpokenText.cleaned(text).map { character in
                if "\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}".contains(character) { return "-" }
                guard !character.isASCII, let digit = character.wholeNumberValue, (0...9).contains(digit) else {
                    return character
                }
                return Character(String(digit))
            })
    }

    private func day(_ text: String) -> CalendarDay? {
        let (date, time) = Self.cut(text)
        let numbers = date.split(omittingEmptySubsequences: false) { "-./".contains($0) }.map { part in
            Self.number(String(part).trimmingCharacters(in: .whitespaces))
        }
        guard numbers.count == 3, let separator = date.first(where: { "-./".contains($0) }),
            date.filter({ "-./".contains($0) }).allSatisfy({ $0 == separator }),
            let first = numbers[0], let second = numbers[1], let third = numbers[2],
            let day = day(first, second, third, separator)
        else { return nil }
        guard let time else { return day }
        return Time(time).flatMap { $0.moves ? moved(day, by: $0) : day }
    }

    /// Separates the date from the time of day after it.
    private static func cut(_ text: String) -> (date: String, time: String?) {
        guard let t = text.firstIndex(where: { $0 == "T" || $0 == "t" }) else {
            // «1981-05-12 00:00:00», but not «12. 5. 1981».
            if let colon = text.firstIndex(of: ":"), let blank = text[..<colon].lastIndex(of: " ") {
                return (String(text[..<blank]), String(text[text.index(after: blank)...]))
            }
            return (text, nil)
        }
        return (String(text[..<t]), String(text[text.index(after: t)...]))
    }

    private struct Number {
        let value: Int
        let digits: Int
    }

    private static func number(_ text: String) -> Number? {
        guard (1...4).contains(text.count), text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(text).map { Number(value: $0, digits: text.count) }
    }

    /// A future year is read as a Buddhist year, whose leap days are those of the western year.
    private func day(year: Number, month: Number, day: Number) -> CalendarDay? {
        let year = year.value > sessionDay.year ? year.value - Self.buddhistYearsAhead : year.value
        return CalendarDay(year: year, month: month.value, day: day.value)
    }

    private func day(_ first: Number, _ second: Number, _ third: Number, _ separator: Character) -> CalendarDay? {
        if first.digits == 4, second.digits <= 2, third.digits <= 2 {
            return day(year: first, month: second, day: third)
        }
        guard first.digits <= 2, second.digits <= 2, third.digits == 4 else { return nil }
        if separator == "." { return day(year: third, month: second, day: first) }
        return switch (first.value > 12, second.value > 12) {
        case (true, false): day(year: third, month: second, day: first)
        case (false, true): day(year: third, month: first, day: second)
        default: nil
        }
    }

    /// A time of day in ISO 8601 format.
    private struct Time {
        let hour: Int
        let minute: Int
        let second: Int
        let isUTC: Bool

        /// Midnight stands for a date without a time, and a local time stays on its day. Only another time in UTC can
        /// fall on another day in the market's zone.
        var moves: Bool { isUTC && (hour, minute, second) != (0, 0, 0) }

        init?(_ text: String) {
            guard
                let match = text.wholeMatch(
                    of: /(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?/),
                let hour = Int(match.1), let minute = Int(match.2), hour < 24, minute < 60
            else { return nil }
            self.hour = hour
            self.minute = minute
            second = match.3.flatMap { Int($0) } ?? 0
            isUTC = match.4.map { ["Z", "z", "+00:00", "+0000", "+00"].contains(String($0)) } ?? false
        }
    }

    private func moved(_ day: CalendarDay, by time: Time) -> CalendarDay? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = DateComponents(
            year: day.year, month: day.month, day: day.day, hour: time.hour, minute: time.minute, second: time.second)
        return calendar.date(from: parts).map { CalendarDay($0, in: zone) }
    }
}

extension RuleSettings {
    /// The refusal of an event that is recorded but whose date of birth cannot be read, so that the client asks again.
    ///
    /// - Parameter sessionDate: when the session began.
    public func refusal(of event: SessionEvent, sessionDate: Date) -> ClientEvent.Refusal? {
        guard event.type == .dobCheck else { return nil }
        let zone = TimeZone(identifier: timeZone) ?? .gmt
        let reader = BirthDate(zone: zone, sessionDay: CalendarDay(sessionDate, in: zone))
        guard reader.day(event.data["entered"]) == nil else { return nil }
        return ClientEvent.Refusal(
            code: .invalidDate,
            message:
                "data.entered cannot be read as a date of birth and counts as no check; expected: \(BirthDate.expected)"
        )
    }
}
