/// `injection-patterns.yaml`.
struct InjectionPatternsFile: ContentFile {
    static let name = "injection-patterns.yaml"

    let phrases: [String]
    let markers: [String]

    func compiled() throws -> InjectionPatterns {
        guard !phrases.isEmpty else { throw Self.refuse("phrases", "is empty") }
        for (index, marker) in markers.enumerated() where marker.isEmpty {
            throw Self.refuse("markers[\(index)]", "is empty")
        }
        return InjectionPatterns(
            phrases: try Self.patterns(phrases, "phrases"), markers: markers.map { $0.lowercased() })
    }
}
