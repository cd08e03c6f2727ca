public import Foundation

extension Setting where Value == String {
    /// Any text. Without `default` it is required.
    public static func string(_ name: String, default value: String? = nil, meaning: String) -> Self {
        Setting(name, allowed: "text", default: value, defaultText: value, meaning: meaning, parse: { $0 })
    }

    /// A text that must never be shown. Can also be read from the file named by `<name>_FILE`; the placeholder of
    /// `.env.example` is refused. Required unless `.optional`.
    public static func secret(_ name: String, meaning: String) -> Self {
        Setting(
            name, allowed: "a real value, not the example's placeholder", default: nil, defaultText: nil, secret: true,
            meaning: meaning, parse: { $0.hasSuffix("...") || $0.hasSuffix(" xxx") ? nil : $0 })
    }
}

extension Setting where Value == Int {
    public static func integer(
        _ name: String, in range: ClosedRange<Int> = 0...Int.max, default value: Int? = nil, meaning: String
    ) -> Self {
        let allowed =
            range.upperBound == Int.max
            ? "a whole number, at least \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Setting(
            name, allowed: allowed, default: value, defaultText: value.map(String.init), meaning: meaning,
            parse: { Int($0).flatMap { range.contains($0) ? $0 : nil } })
    }
}

extension Setting where Value == Double {
    public static func number(
        _ name: String, in range: ClosedRange<Double>, default value: Double? = nil, meaning: String
    ) -> Self {
        Setting(
            name, allowed: "a number from \(range.lowerBound) to \(range.upperBound)", default: value,
            defaultText: value.map { "\($0)" }, meaning: meaning,
            parse: { Double($0).flatMap { range.contains($0) ? $0 : nil } })
    }
}

/// The unit of a duration variable, which its name ends with: `RESUME_SECONDS`, `SUPERVISOR_DEBOUNCE_MS`.
public enum DurationUnit: String, Sendable {
    case milliseconds, seconds, minutes, days

    func duration(_ count: Int) -> Duration {
        switch self {
        case .milliseconds: .milliseconds(count)
        case .seconds: .seconds(count)
        case .minutes: .seconds(count) * 60
        case .days: .seconds(count) * 86_400
        }
    }
}

extension Setting where Value == Duration {
    /// A whole number of `unit`s.
    public static func duration(
        _ name: String, in unit: DurationUnit, _ range: ClosedRange<Int>, default value: Int? = nil, meaning: String
    ) -> Self {
        Setting(
            name, allowed: "a whole number of \(unit.rawValue) from \(range.lowerBound) to \(range.upperBound)",
            default: value.map(unit.duration), defaultText: value.map(String.init), meaning: meaning,
            parse: { text in Int(text).flatMap { range.contains($0) ? unit.duration($0) : nil } })
    }
}

extension Setting where Value == Bool {
    public static func flag(_ name: String, default value: Bool = false, meaning: String) -> Self {
        Setting(
            name, allowed: "1, true, yes, on or 0, false, no, off", default: value, defaultText: value ? "1" : "0",
            meaning: meaning,
            parse: { text in
                switch text.lowercased() {
                case "1", "true", "yes", "on": true
                case "0", "false", "no", "off": false
                default: nil
                }
            })
    }
}

extension Setting where Value == URL {
    /// An absolute URL with a host.
    public static func url(
        _ name: String, schemes: [String] = ["http", "https"], default value: String? = nil, meaning: String
    ) -> Self {
        let parse: @Sendable (String) -> URL? = { text in
            guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), schemes.contains(scheme),
                let host = url.host(), !host.isEmpty, host != "..."
            else { return nil }
            return url
        }
        return Setting(
            name, allowed: "an absolute URL (\(schemes.joined(separator: ", ")))", default: value.flatMap(parse),
            defaultText: value, meaning: meaning, parse: parse)
    }
}

extension Setting where Value == [String] {
    /// Comma-separated texts. Blanks around each text and empty texts are dropped.
    public static func list(
        _ name: String, default value: [String]? = [], secret: Bool = false, meaning: String
    ) -> Self {
        Setting(
            name, allowed: "a list with commas between", default: value,
            defaultText: value.map { $0.isEmpty ? "none" : $0.joined(separator: ",") }, secret: secret,
            meaning: meaning,
            parse: { text in
                text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            })
    }
}

extension Setting where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the enum's raw values, in upper or lower case.
    public static func choice(_ name: String, default value: Value? = nil, meaning: String) -> Self {
        Setting(
            name, allowed: Value.allCases.map(\.rawValue).joined(separator: ", "), default: value,
            defaultText: value?.rawValue, meaning: meaning, parse: { Value(rawValue: $0.lowercased()) })
    }
}
