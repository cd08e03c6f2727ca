import Domain
import Foundation
import Secrets

/// The content files with the rules, as text. Every session is judged by the rulebook that is frozen with it and found
/// by its hash.
public struct Rulebook: Codable, Hashable, Sendable {
    /// Texts of the files by their paths below the content folder.
    public let files: [String: String]
    /// SHA-256 over all paths and texts, lower-case hex.
    public let hash: String

    /// Maximum size of all content files together, in bytes; larger than they need.
    private static let largest = 8 << 20

    public init(files: [String: String]) {
        self.files = files
        let parts = files.sorted { $0.key < $1.key }.map { "\($0.key)\0\($0.value)\0" }
        hash = SHA256.hex(of: parts.joined())
    }

    /// - Throws: `ContentError` if a file is missing, too large or not UTF-8.
    public init(directory: String) throws {
        var files: [String: String] = [:]
        for name in try ComplianceCatalog.fileNames + Self.languageFiles(in: directory) {
            files[name] = try Self.text(of: name, in: directory)
        }
        let size = files.values.reduce(0) { $0 + $1.utf8.count }
        guard size <= Self.largest else {
            throw ContentError(file: "", field: "", reason: "is larger than \(Self.largest) bytes in all")
        }
        self.init(files: files)
    }

    private static func text(of name: String, in directory: String) throws -> String {
        guard let data = try? Data(contentsOf: URL(filePath: directory).appending(path: name)) else {
            throw ContentError(file: name, field: "", reason: "cannot be read in \(directory)")
        }
        guard data.count <= largest, let text = String(data: data, encoding: .utf8) else {
            throw ContentError(file: name, field: "", reason: "is larger than \(largest) bytes, or no UTF-8")
        }
        return text
    }

    private static func languageFiles(in directory: String) throws -> [String] {
        let folder = "\(directory)/\(LanguageFile.name)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
            .map { "\(LanguageFile.name)/\($0)" }
    }

    /// ISO 639-1 codes with the paths of their files.
    var languages: [(code: String, path: String)] {
        files.keys.filter { $0.hasPrefix("\(LanguageFile.name)/") }.sorted().map { path in
            (String(path.dropFirst(LanguageFile.name.count + 1).prefix { $0 != "." }), path)
        }
    }

    /// The legal rules of each market.
    ///
    /// - Throws: `ContentError`.
    public func markets() throws -> [Market] {
        let claims = try ForbiddenWordsFile.load(from: self).rules() + ProductsFile.load(from: self).rules()
        return try MarketsFile.load(from: self).checked(rules: Set(claims.map(\.id)))
    }

    /// Which interactions in VR put a product into the customer's hand.
    ///
    /// - Throws: `ContentError`.
    public func handover() throws -> Handover { try HandoverFile.load(from: self).table() }

    /// What is true about the products.
    ///
    /// - Throws: `ContentError`.
    public func products() throws -> [Product] { try ProductsFile.load(from: self).checkedProducts() }

    /// What the products are called, for speech recognition.
    ///
    /// - Throws: `ContentError`.
    public func productNames() throws -> SpokenNames { SpokenNames(try products()) }
}
