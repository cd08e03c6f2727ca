import Domain
import Foundation
import Yams

/// The notices of the content folder, one YAML file for each language: `notices/cs.yaml`.
public struct Notices: Sendable {
    private static let folder = "notices"
    /// For callers whose languages have none.
    private static let fallback = "en"
    /// Characters. What is longer nobody reads before a call.
    private static let longestText = 2_000

    private struct File: Decodable {
        var version: Int
        /// May hold `{voice}`.
        var text: String
        var notRecorded: String?
        /// May hold `{days}`.
        var recorded: String?
    }

    private let english: Notice
    private let others: [String: Notice]

    /// - Parameter recordingDays: for how many days the sound of calls is kept; nil if it is not recorded.
    /// - Throws: `ContentError` for the first file that cannot be used, and if there is no English one.
    public init(directory: String, recordingDays: Int? = nil) throws {
        let folder = URL(filePath: directory).appending(path: Self.folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var notices: [String: Notice] = [:]
        for name in names.sorted() where name.hasSuffix(".yaml") && !name.hasPrefix(".") {
            let language = String(name.dropLast(".yaml".count))
            notices[language] = try Self.notice(language, in: folder, recordingDays)
        }
        guard let english = notices.removeValue(forKey: Self.fallback) else {
            throw ContentError(file: Self.path(of: Self.fallback), field: "", reason: "is missing")
        }
        self.english = english
        others = notices
    }

    public init(english: Notice, others: [Notice] = []) {
        self.english = english
        self.others = Dictionary(others.map { ($0.language, $0) }, uniquingKeysWith: { _, last in last })
    }

    /// The notice in the first of these languages that has one, else in English.
    ///
    /// - Parameter languages: codes as pages and browsers write them, `cs` or `cs-CZ`.
    public func notice(in languages: [String]) -> Notice {
        languages.lazy.compactMap { self[$0] }.first ?? english
    }

    /// Nil if the language has none.
    public subscript(language: String) -> Notice? {
        let code = String(language.prefix { $0 != "-" && $0 != "_" }).lowercased()
        return code == english.language ? english : others[code]
    }

    public var languages: [String] { (Array(others.keys) + [english.language]).sorted() }

    private static func notice(_ language: String, in folder: URL, _ recordingDays: Int?) throws -> Notice {
        let path = path(of: language)
        func require(_ holds: Bool, _ field: String, _ reason: String) throws {
            guard holds else { throw ContentError(file: path, field: field, reason: reason) }
        }
        try require(
            language.utf8.count == 2
                && language.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) },
            "", "is not named for an ISO 639-1 code")
        guard let data = try? Data(contentsOf: folder.appending(path: "\(language).yaml")),
            data.count <= 4 * longestText, let yaml = String(data: data, encoding: .utf8)
        else { throw ContentError(file: path, field: "", reason: "cannot be read, is too large, or no UTF-8") }
        let file: File
        do { file = try YAMLDecoder().decode(File.self, from: yaml) } catch {
            throw ContentError(file: path, decoding: error)
        }
        // A trainee who is recorded must be told so, in whatever words.
        try require(
            recordingDays == nil || file.recorded != nil && file.text.contains("{voice}"), "recorded",
            "is missing, or {voice} in the text, and calls are recorded")
        let voice =
            recordingDays.map { file.recorded?.replacing("{days}", with: "\($0)") ?? "" } ?? file.notRecorded ?? ""
        let text = file.text.replacing("{voice}", with: voice).trimmingCharacters(in: .whitespacesAndNewlines)
        try require(file.version >= 1, "version", "is below 1")
        try require(!text.isEmpty, "text", "is empty")
        try require(text.count <= longestText, "text", "is longer than \(longestText) characters")
        return Notice(
            version: file.version, language: language, text: text,
            recording: recordingDays.map { Notice.Recording(retentionDays: $0) })
    }

    private static func path(of language: String) -> String { "\(folder)/\(language).yaml" }
}
