import Foundation

/// Whether a failed call is repeated, and after which wait. The rule follows OpenAI's own SDKs.
enum RetryRule {
    /// In seconds. If the server asks for a longer wait, we give up.
    static let longestWait = 120.0

    /// - Parameters:
    ///   - status: of the answer; nil when the connection failed.
    ///   - errorCode: `error.code` of the answer's body.
    ///   - header: the answer's headers, by name.
    ///   - failures: how many attempts failed before this one.
    ///   - jitter: random, 0…1, new for every wait.
    /// - Returns: how long to wait, or nil when the call must not be made again.
    static func wait(
        status: Int?, errorCode: String?, header: (String) -> String?, failures: Int, jitter: Double, now: Date
    ) -> Duration? {
        if let status {
            if errorCode == "insufficient_quota" { return nil }
            switch header("x-should-retry") {
            case "true": break
            case "false": return nil
            default: guard status == 408 || status == 409 || status == 429 || status >= 500 else { return nil }
            }
        }
        if let asked = secondsAsked(header, now: now) {
            return asked <= longestWait ? .milliseconds(Int64(asked * 1_000)) : nil
        }
        let seconds = min(0.5 * pow(2, Double(min(failures, 10))), 8) * (1 - 0.25 * jitter)
        return .milliseconds(Int64(seconds * 1_000))
    }

    private static func secondsAsked(_ header: (String) -> String?, now: Date) -> Double? {
        let seconds: Double? =
            if let text = header("retry-after-ms"), let milliseconds = Double(text) {
                milliseconds / 1_000
            } else if let text = header("retry-after") {
                Double(text) ?? Date(httpDate: text)?.timeIntervalSince(now)
            } else {
                nil
            }
        guard let seconds, seconds.isFinite, seconds >= 0 else { return nil }
        return seconds
    }
}
