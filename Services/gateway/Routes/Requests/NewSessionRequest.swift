import Domain
import Foundation

/// The body of `POST /api/sessions`. Unknown keys are ignored, so that no client can create a session with a score.
struct NewSessionRequest: Equatable {
    var scenarioId: String
    var traineeId: String
    var personaId: String?
    /// A market of `markets.yaml`; nil for the operator's default.
    var market: String?
    var client: String
    var metadata: JSONValue
    var visibility = SessionVisibility.submitted
    /// Of the client's page, for the notice in the answer.
    var language: String?
    var noticeShown: NoticeShown?
    var recordingNoticeShown: Bool?
    /// Whether the trainee gets hints during the call.
    var hints = false

    /// - Parameter trainee: whom the caller's ticket is for, so that the body need not name them.
    /// - Throws: 422 that lists all errors at once.
    init(_ body: JSONValue, trainee: String? = nil, notices: NoticeClaim) throws(Problem) {
        guard case .object(let members) = body else { throw .invalid("", "must be an object") }
        var faults: [Problem.Fault] = []
        func text(_ key: String, required: Bool) -> String? {
            switch members[key] {
            case .string(let text):
                if let text = VisibleText.normalized(text, 1...64) { return text }
                faults.append(.init(pointer: "/\(key)", detail: "must be a text of 1 to 64 visible characters"))
            case nil, .null:
                if required { faults.append(.init(pointer: "/\(key)", detail: "is required")) }
            default: faults.append(.init(pointer: "/\(key)", detail: "must be a text of 1 to 64 visible characters"))
            }
            return nil
        }
        let scenarioId = text("scenarioId", required: true)
        let traineeId = text("traineeId", required: trainee == nil) ?? trainee
        personaId = text("personaId", required: false)
        market = text("market", required: false)
        client = text("client", required: false) ?? "unknown"
        switch members["metadata"] {
        case nil, .null: metadata = .object([:])
        case .object(let object) where JSONValue.object(object).isStorable: metadata = .object(object)
        case .object:
            metadata = .object([:])
            faults.append(.init(pointer: "/metadata", detail: "keys must not hold NUL characters"))
        default:
            metadata = .object([:])
            faults.append(.init(pointer: "/metadata", detail: "must be an object"))
        }
        language = text("language", required: false)
        noticeShown = notices.read(members["noticeShown"], &faults)
        if let value = members["visibility"], value != .null {
            if let wanted = value.string.flatMap({ SessionVisibility(rawValue: $0) }) {
                visibility = wanted
            } else {
                faults.append(.init(pointer: "/visibility", detail: "must be private or submitted"))
            }
        }
        switch members["recordingNoticeShown"] {
        case nil, .null: break
        case .bool(let isShown): recordingNoticeShown = isShown
        default: faults.append(.init(pointer: "/recordingNoticeShown", detail: "must be true or false"))
        }
        switch members["hints"] {
        case nil, .null: break
        case .bool(let isOn): hints = isOn
        default: faults.append(.init(pointer: "/hints", detail: "must be true or false"))
        }
        if hints, visibility != .private {
            faults.append(.init(pointer: "/hints", detail: "needs visibility private: hints are for practice only"))
        }
        guard faults.isEmpty, let scenarioId, let traineeId else { throw .invalid(faults) }
        self.scenarioId = scenarioId
        self.traineeId = traineeId
    }
}

/// Text that displays as written: no invisible characters, nothing that changes the writing direction.
enum VisibleText {
    /// The text in one of its Unicode forms (NFC), so that two keyboards do not make two people of one; nil if it is
    /// not valid.
    static func normalized(_ text: String, _ length: ClosedRange<Int>) -> String? {
        let text = text.precomposedStringWithCanonicalMapping
        return isValid(text, length) ? text : nil
    }

    private static func isValid(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        length.contains(text.count) && text.utf8.count <= length.upperBound * 8 && text.first != " " && text.last != " "
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
                case .spaceSeparator: scalar == " "
                default: true
                }
            }
    }
}
