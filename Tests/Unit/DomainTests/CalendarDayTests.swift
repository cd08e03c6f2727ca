import Domain
import Foundation
import Testing

struct CalendarDayTests {
    @Test(arguments: [
        "1998-5-12", "1998-05-12 ", "12.05.1998", "1998-02-29", "1900-02-29", "2023-04-31", "1998-13-01", "1998-00-10",
        "1998-01-00",
        "0000-01-01", "１９９８-05-12", "+998-05-12", "1998-05-1२", "", "1998/05/12", "19980512",
    ]) func `anything but an existing YYYY-MM-DD is refused`(_ text: String) {
        #expect(CalendarDay(text) == nil)
    }

    @Test(arguments: ["1998-05-12", "2000-02-29", "2024-02-29", "0001-01-01", "9999-12-31"])
    func `an existing day is read and written`(_ text: String) {
        #expect(CalendarDay(text)?.description == text)
    }

    @Test(arguments: [
        ("2008-11-22", "2026-11-22", 18), ("2008-11-23", "2026-11-22", 17), ("1981-05-12", "2026-11-22", 45),
        ("2008-02-29", "2026-02-28", 17), ("2008-02-29", "2026-03-01", 18), ("2004-02-29", "2024-02-29", 20),
        ("2026-11-22", "2026-11-22", 0), ("2026-11-23", "2026-11-22", -1),
    ]) func `age is the number of completed years`(_ born: String, _ day: String, _ age: Int) throws {
        #expect(try #require(CalendarDay(born)).age(on: try #require(CalendarDay(day))) == age)
    }

    @Test(arguments: [
        (0.0, "1970-01-01"), (-1.0, "1969-12-31"), (86_399.9, "1970-01-01"), (951_782_399.0, "2000-02-28"),
        (951_782_400.0, "2000-02-29"),
        (951_868_800.0, "2000-03-01"), (1_795_341_600.0, "2026-11-22"), (-2_203_891_200.0, "1900-03-01"),
        (-.infinity, "0001-01-01"),
        (.infinity, "9999-12-31"),
    ]) func `a point in time is converted to its day in UTC`(_ seconds: Double, _ day: String) {
        #expect(CalendarDay(utc: Date(timeIntervalSince1970: seconds)).description == day)
    }

    @Test(arguments: [
        ("2026-11-30", 17, 150, "2009-07-03"), ("2028-02-29", 17, 0, "2011-02-28"),
        ("2027-05-30", 17, 150, "2009-12-31"),
        ("2024-02-29", 4, 0, "2020-02-29"),
    ]) func `a day lies years and days before another`(_ day: String, _ years: Int, _ days: Int, _ before: String)
        throws
    {
        #expect(try #require(CalendarDay(day)).earlier(years: years, days: days)?.description == before)
    }

    @Test func `there is no day before the year 1`() throws {
        #expect(try #require(CalendarDay("0010-01-01")).earlier(years: 20, days: 0) == nil)
    }

    @Test func `days across four centuries agree with Foundation`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for number in stride(from: -30_000, to: 120_000, by: 13) {
            let date = Date(timeIntervalSince1970: Double(number) * 86_400 + 3_600)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let day = CalendarDay(utc: date)
            #expect([day.year, day.month, day.day] == [parts.year, parts.month, parts.day])
        }
    }
}
