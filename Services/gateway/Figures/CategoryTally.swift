import Storage

/// The scores of the categories, by persona.
struct CategoryTally: Sendable {
    let personas: [Progress.Column]
    let rows: [Progress.Row]
    /// The latest weight of each category.
    let weights: [String: Int]

    /// - Parameter counted: results that count, oldest first: the latest names and weights hold.
    init(_ counted: [SessionResult]) {
        var (names, titles): ([String: String], [String: String]) = ([:], [:])
        var weights: [String: Int] = [:]
        var order: [String] = []
        var scores: [String: [String: [Int]]] = [:]
        for result in counted {
            let persona = result.summary.personaId
            names[persona] = result.summary.personaName
            for category in result.categories {
                if titles.updateValue(category.title, forKey: category.id) == nil { order.append(category.id) }
                weights[category.id] = category.weight
                scores[category.id, default: [:]][persona, default: []].append(category.score)
            }
        }
        let personas = names.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
            .map { Progress.Column(id: $0.key, name: $0.value) }
        self.personas = personas
        self.weights = weights
        rows = order.map { category in
            let byPersona = scores[category] ?? [:]
            return Progress.Row(
                category: category, title: titles[category] ?? category,
                all: .mean(of: Sample(byPersona.values.joined())),
                cells: personas.map { persona in
                    let cell = Estimate.mean(of: Sample(byPersona[persona.id] ?? []))
                    return Progress.Cell(
                        personaId: persona.id, n: cell.n, value: cell.value, low: cell.low, high: cell.high)
                })
        }
    }
}
