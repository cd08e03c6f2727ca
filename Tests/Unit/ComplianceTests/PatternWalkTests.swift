import Testing

@testable import Compliance

/// Tests every phrase of every language.
struct PatternWalkTests {
    /// All lists of phrases in a value, at any depth.
    private func phrases(in value: Any, named name: String) -> [(name: String, phrases: Grammar.Phrases)] {
        if let phrases = value as? Grammar.Phrases { return [(name, phrases)] }
        return Mirror(reflecting: value).children.flatMap { phrases(in: $0.value, named: "\(name).\($0.label ?? "")") }
    }

    @Test(arguments: ["cs", "de", "el", "en"])
    func `each phrase matches its own examples, but not with another first word`(_ language: String) throws {
        let rules = try #require(try Fixture.catalog.get().rules(for: language))
        let lists =
            phrases(in: rules.grammar, named: "grammar") + phrases(in: rules.cues, named: "cues")
            + (rules.claims.entries + rules.manipulation.entries).flatMap { phrases(in: $0.phrases, named: $0.rule.id) }
        #expect(lists.count > 100)
        var walked = 0
        for list in lists {
            for pattern in list.phrases.patterns {
                for example in pattern.examples {
                    walked += 1
                    let words = SpokenWords(example, spelling: rules.grammar.spelling)
                    #expect(list.phrases.match(in: words, at: 0) != nil, "\(list.name): \(pattern.source)")
                    let other = ["zzqx"] + example.split(separator: " ").dropFirst().map(String.init)
                    let others = SpokenWords(other.joined(separator: " "), spelling: rules.grammar.spelling)
                    #expect(pattern.match(in: others, at: 0) == nil, "\(list.name): \(pattern.source)")
                }
            }
        }
        #expect(walked > 2_000)
    }
}
