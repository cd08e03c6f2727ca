import ArgumentParser
import Compliance
import Domain
import Foundation

/// Runs the rules on utterances with known meaning, to show what a change of a phrase list changes.
@main
struct RuleCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Shows what the compliance rules find in lines of talk whose meaning is known.",
        discussion: """
            Each file holds one JSON object a line: text, lang, before (the customer's line before), expect (the rules that \
            the line breaks, empty for a right one), and if wanted severity, code (certain, suspected, none) and note.
            """)

    @Option(help: "Folder with the content files.")
    var content = "Shared/Personas"

    @Option(help: "How one sentence is read, instead of files.")
    var explain: String?

    @Option(help: "The customer's line before the sentence to explain.")
    var before: String?

    @Option(help: "ISO 639-1 code of the sentence to explain.")
    var language = "en"

    @Option(help: "Which lines to list: m missed, f falsely certain, c not certain enough, s right and suspected.")
    var list = "mf"

    @Argument(help: "Files of lines.")
    var files: [String] = []

    func run() throws {
        let catalog = try ComplianceCatalog(directory: content)
        if let explain {
            guard let explanation = catalog.explanation(of: explain, before: before, language: language) else {
                throw ValidationError("no list for \(language); there are \(catalog.languages.joined(separator: ", "))")
            }
            explanation.lines.forEach { print($0) }
            return
        }
        var all: [CorpusResult] = []
        for file in files {
            let results = try Corpus.lines(of: file).map { CorpusResult($0, catalog) }
            results.forEach { show($0, file) }
            print(row(URL(filePath: file).lastPathComponent, CorpusFigures(results)))
            all += results
        }
        if files.count > 1 { print(row("all", CorpusFigures(all))) }
    }

    private func show(_ result: CorpusResult, _ file: String) {
        let kinds: [(Character, Bool, String)] = [
            ("m", result.isWrong && !result.isFound, "missed"),
            ("f", result.isFalselyCertain, "falsely certain"),
            ("c", result.line.code == .certain && !result.isFoundCertain, "not certain"),
            ("s", result.isFalselySuspected && !result.isFalselyCertain, "suspected"),
        ]
        for (letter, holds, word) in kinds where holds && list.contains(letter) {
            let found = result.findings.map { "\($0.id) \($0.status.rawValue) «\($0.evidence.text ?? "")»" }
            let before = result.line.before.map { "[\($0)] " } ?? ""
            print("\(word): \(before)\(result.line.text) | wanted \(result.line.expect) | found \(found)")
        }
    }

    private func row(_ name: String, _ figures: CorpusFigures) -> String {
        let columns = [
            "wrong \(figures.found)/\(figures.wrong) found", "certain \(figures.foundCertain)/\(figures.wantedCertain)",
            "right \(figures.falselySuspected)/\(figures.right) suspected", "falsely certain \(figures.falselyCertain)",
        ]
        return ([name] + columns).joined(separator: " | ")
    }
}
