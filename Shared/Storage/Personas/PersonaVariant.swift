import Domain
import Yams

/// The same person in another language: a file that states what differs from the persona it is `basedOn`.
///
/// Every key of the file replaces that of the base, whole, except:
/// - `version`: the sum of both, so that a change of either is imported.
/// - `says`: the objections in the customer's words, in the base's order. What softens and hardens them stays.
/// - `titles`: the titles of the rubric's categories, by their ids. All of them, because the trainee reads them.
struct PersonaVariant {
    let file: String
    let base: Node.Mapping
    let own: Node.Mapping

    /// Keys that would otherwise be the base's, although nobody may share them.
    private static let ownKeys = ["id", "version", "language", "scenarios", "says", "titles"]

    /// - Throws: `ContentError`.
    func merged() throws -> Node.Mapping {
        for key in Self.ownKeys where own[key] == nil { throw refuse(key, "is missing") }
        var content = base
        for (key, value) in own where !["basedOn", "says", "titles"].contains(key.string ?? "") { content[key] = value }
        content["version"] = try version()
        content["objections"] = try objections()
        content["rubric"] = try rubric()
        return content
    }

    private func version() throws -> Node {
        guard let one = base["version"]?.int, let other = own["version"]?.int, (1...1_000_000).contains(other) else {
            throw refuse("version", "is not a number above 0")
        }
        let (sum, overflows) = one.addingReportingOverflow(other)
        guard !overflows else { throw refuse("version", "is too large") }
        return Node(String(sum))
    }

    private func objections() throws -> Node {
        let originals = Array(base["objections"]?.sequence ?? [])
        let says = Array(own["says"]?.sequence ?? [])
        guard says.count == originals.count else {
            throw refuse("says", "has \(says.count) objections, and the original has \(originals.count)")
        }
        return .sequence(
            .init(
                zip(originals, says).map { original, words in
                    guard var objection = original.mapping else { return original }
                    objection["says"] = words
                    return .mapping(objection)
                }))
    }

    private func rubric() throws -> Node {
        guard var rubric = base["rubric"]?.mapping, let categories = rubric["categories"]?.sequence,
            let titles = own["titles"]?.mapping
        else { throw refuse("titles", "is not a title for each category of the rubric") }
        let ids = categories.compactMap { $0.mapping?["id"]?.string }
        let stranger = titles.keys.compactMap(\.string).first { !ids.contains($0) }
        if let stranger { throw refuse("titles.\(stranger)", "is no category of the rubric") }
        rubric["categories"] = .sequence(
            .init(
                try categories.map { category in
                    guard var changed = category.mapping, let id = changed["id"]?.string else { return category }
                    guard let title = titles[id] else { throw refuse("titles.\(id)", "is missing") }
                    changed["title"] = title
                    return .mapping(changed)
                }))
        return .mapping(rubric)
    }

    private func refuse(_ field: String, _ reason: String) -> ContentError {
        ContentError(file: file, field: field, reason: reason)
    }
}
