import Foundation
import JSON
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        "0", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "18446744073709551615", "-9223372036854775809", "9999999999999999999999999999999999",
        "-9999999999999999999999999999999999",
    ])
    func `a whole number of up to 34 digits keeps its digits`(_ digits: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(digits.utf8))
        #expect(String(decoding: try JSONEncoder().encode(value), as: UTF8.self) == digits)
        #expect(OrderedJSON(value).compact == digits)
        #expect(value.number == Double(digits))
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value)) == value)
    }

    @Test(arguments: [
        "1e34", "1e300", "123456789012345678901234567890123456", "0.5", "1e-3", "123456789012345678901.5",
    ])
    func `any other number is a double`(_ text: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(value == .number(try #require(Double(text))))
    }
}
