import Compliance
import Domain
import Foundation
import Testing

struct BirthDateTests {
    private func day(_ entered: JSONValue?, zone: String = "Europe/Prague") throws -> String? {
        let zone = try #require(TimeZone(identifier: zone))
        let reader = BirthDate(zone: zone, sessionDay: CalendarDay(Fixture.sessionDate, in: zone))
        return reader.day(entered)?.description
    }

    @Test(arguments: [
        "1981-05-12", " 1981-05-12 ", "1981-05-12\u{200B}", "\u{FEFF}1981-05-12", "1981\u{2011}05\u{2011}12",
        "1981-5-12", "1981/05/12", "1981.05.12", "12.5.1981", "12. 5. 1981", "12.05.1981",
        "1981-05-12T00:00:00", "1981-05-12T00:00:00Z", "1981-05-12T00:00:00.000Z", "1981-05-12T00:00:00+02:00",
        "1981-05-12 00:00:00", "1981-05-12T08:30:00", "1981-05-11T22:00Z", "1981-05-11T22:00:00.000Z",
        "1981-05-11T22:00:00+00:00", "2524-05-12", "12.5.2524", "１９８１-０５-１２", "١٩٨١-٠٥-١٢", "๒๕๒๔-๐๕-๑๒",
    ]) func `a date is read in every form that clients send`(_ entered: String) throws {
        #expect(try day(.string(entered)) == "1981-05-12")
    }

    @Test func `a Buddhist leap day is read as a leap day`() throws {
        #expect(try day("29.2.2527") == "1984-02-29")
        #expect(try day("29.2.2526") == nil)
    }

    @Test(arguments: [
        ("5/13/1981", "1981-05-13"), ("13/5/1981", "1981-05-13"), ("13-05-1981", "1981-05-13"),
        ("05/31/1981", "1981-05-31"),
    ]) func `slashes are read if they are unambiguous`(_ entered: String, _ expected: String) throws {
        #expect(try day(.string(entered)) == expected)
    }

    @Test(arguments: [
        "5/6/1981", "05-06-1981", "12.5.81", "19810512", "1981-13-01", "2023-02-29", "1899-12-31", "2026-11-23",
        "12 May 1981", "", "yesterday", "1981-05", "1981-05-12T25:00Z", "1981-05-12T", "0000-01-01", "1981-05-12-01",
        "1981-05.12", "2569-12-31", "9999-99-99", "1981-05-12T00:00:00Z; drop",
    ]) func `an ambiguous or invalid date is refused`(_ entered: String) throws {
        #expect(try day(.string(entered)) == nil)
    }

    @Test func `only text is a date`() throws {
        for value: JSONValue? in [nil, .null, 19_810_512, true, ["1981-05-12"], ["date": "1981-05-12"]] {
            #expect(try day(value) == nil)
        }
        #expect(try day(.string(String(repeating: "1", count: 100_000))) == nil)
    }

    @Test func `a time in UTC is converted to the market's day`() throws {
        #expect(try day("1981-05-11T22:00Z", zone: "UTC") == "1981-05-11")
        #expect(try day("1981-05-11T20:59Z", zone: "Europe/Athens") == "1981-05-11")
        #expect(try day("1981-05-11T21:00Z", zone: "Europe/Athens") == "1981-05-12")
    }

    @Test func `the error names the expected format`() throws {
        let event = Fixture.birth("5/6/1981")
        let refusal = try #require(RuleSettings().refusal(of: event, sessionDate: Fixture.sessionDate))
        #expect(refusal.code == "invalid_date")
        #expect(refusal.message.contains("YYYY-MM-DD"))
        #expect(RuleSettings().refusal(of: Fixture.birth("1981-05-12"), sessionDate: Fixture.sessionDate) == nil)
        #expect(RuleSettings().refusal(of: Fixture.handover(), sessionDate: Fixture.sessionDate) == nil)
    }
}
