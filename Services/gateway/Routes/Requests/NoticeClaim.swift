import Compliance
import Domain
import Foundation
import Storage

/// `noticeShown` in the body of `POST /api/sessions`: which notice the client showed, and when.
struct NoticeClaim {
    /// Seconds by which a client's clock may be ahead of ours.
    private static let tolerance: TimeInterval = 86_400

    let notices: Notices
    let now: Date

    /// - Parameter faults: gets what is wrong; the result is then nil.
    func read(_ value: JSONValue?, _ faults: inout [Problem.Fault]) -> NoticeShown? {
        guard let value, value != .null else { return nil }
        func refuse(_ key: String, _ detail: String) {
            faults.append(.init(pointer: "/noticeShown\(key)", detail: detail))
        }
        guard case .object = value else {
            refuse("", "must be an object of version, language and time")
            return nil
        }
        let notice = value["language"]?.string.flatMap { notices[$0] }
        if notice == nil { refuse("/language", "must be one of \(notices.languages.joined(separator: ", "))") }
        let version = value["version"]?.number.flatMap { Int(exactly: $0) }
        let known = 1...(notice?.version ?? .max)
        if version.map({ !known.contains($0) }) ?? true {
            refuse("/version", "must be the version of a notice in this language")
        }
        let time = value["time"]?.string.flatMap { $0.utf8.count >= 20 ? Timestamp.parse($0) : nil }
        if time.map({ $0 > now + Self.tolerance }) ?? true {
            refuse("/time", "must be a time as in RFC 3339, like 2026-10-27T10:00:00Z, that is past")
        }
        guard faults.isEmpty, let notice, let version, let time else { return nil }
        return NoticeShown(version: version, language: notice.language, time: time.inMilliseconds)
    }
}
