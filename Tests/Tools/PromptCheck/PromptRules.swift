public import Domain
import Foundation

/// What is wrong with the prompts of a persona, as far as a program can tell.
///
/// The words are those of the languages that personas exist in. A persona in another language is checked for the rest.
public struct PromptRules: Sendable {
    public struct Fault: Hashable, Sendable, CustomStringConvertible {
        public enum Rule: String, CaseIterable, Sendable {
            /// Too long, or too short to be a prompt.
            case length
            /// A placeholder that nobody fills in.
            case placeholder
            /// A year or a date, which ages; `{age}` and `{birthDate}` do not.
            case date
            /// A word that gives the exercise away to the customer, or a number for a mood.
            case word
            /// More than one statement about the length of a turn.
            case turnLength
            /// How the talk begins, outside the scenario's `opening`.
            case opening
            /// What happens when nobody speaks, outside the persona's `silence`.
            case silence
            /// Another minimum attitude for a sale than the persona's.
            case conversion
            /// Other limits of the attitude than the persona's `ceilings`.
            case ceiling
            /// A rule of the program, repeated in a persona's own words.
            case twice
            /// Letters of another language than the persona's.
            case language
        }

        public let rule: Rule
        public let personaId: String
        public let place: String
        public let reason: String

        public var description: String { "\(personaId) \(place): \(rule.rawValue): \(reason)" }
    }

    /// In tokens, as estimated, by model. The voice model's prompt shares its context with the talk, and a longer one
    /// blurs the character.
    public static let bounds: [RenderedPrompt.Model: ClosedRange<Int>] = [
        .realtime: 1_100...2_700, .supervisor: 2_800...5_000, .scoring: 2_800...5_500,
    ]

    public static func faults(of persona: Persona, rendered prompts: [RenderedPrompt]) -> [Fault] {
        var faults: [Fault] = []
        func add(_ rule: Fault.Rule, _ place: String, _ reason: String) {
            faults.append(Fault(rule: rule, personaId: persona.id, place: place, reason: reason))
        }
        for prompt in prompts {
            let place = "\(prompt.scenario.id) \(prompt.model.rawValue)"
            let tokens = TokenEstimate.tokens(of: prompt.text)
            if let bounds = bounds[prompt.model], !bounds.contains(tokens) {
                add(.length, place, "has about \(tokens) tokens, not \(bounds.lowerBound) to \(bounds.upperBound)")
            }
            if let hole = prompt.text.firstMatch(of: /\{[A-Za-z_]*\}/) {
                add(.placeholder, place, "nobody fills in \(hole.output)")
            }
        }
        for (place, text) in texts(of: persona) {
            if let date = text.firstMatch(of: /\b(?:19|20)\d\d\b|\d\d?\. ?\d\d?\. ?\d{2,4}/) {
                add(.date, place, "names \(date.output)")
            }
        }
        for (place, text) in textsOfCustomer(persona) {
            let spoken = text.lowercased()
            for (rule, words) in Self.words {
                if let word = words.first(where: { spoken.hasWord($0) }) { add(rule, place, "says «\(word)»") }
            }
            if let number = spoken.firstMatch(
                of: /attitude=|\b\d{1,2} ?[-–] ?\d{1,2} (?:you|du|jsi|είσαι)|\bat \d+ or more/)
            {
                add(.word, place, "gives a number for a mood: «\(number.output)»")
            }
        }
        faults += lengths(of: persona) + openings(of: persona)
        faults += numbers(of: persona)
        if persona.silence == nil { add(.silence, "silence", "is not set") }
        if isForeign(persona) { add(.language, "realtimePrompt", "is not written in \(persona.language)") }
        return faults
    }

    /// Numbers in the texts for the models that follow and judge.
    private static func numbers(of persona: Persona) -> [Fault] {
        var faults: [Fault] = []
        let rules = persona.attitudeRules.enumerated().map { ("attitudeRules[\($0.offset)]", $0.element) }
        for (place, text) in rules + [("supervisorPrompt", persona.supervisorPrompt)] {
            for match in text.matches(of: /(?:at|from) (\d+) or more/)
            where Int(match.output.1) != persona.leastAttitudeToConvert {
                faults.append(
                    Fault(
                        rule: .conversion, personaId: persona.id, place: place,
                        reason: "says «\(match.output.0)», and a sale needs \(persona.leastAttitudeToConvert)"))
            }
        }
        let named = Set(
            persona.attitudeRules.flatMap { $0.matches(of: /(?:above|over) (\d+)/) }.compactMap { Int($0.output.1) })
        let limits = Set((persona.ceilings ?? []).map(\.at))
        if persona.ceilings != nil, named != limits {
            faults.append(
                Fault(
                    rule: .ceiling, personaId: persona.id, place: "attitudeRules",
                    reason: "name the limits \(named.sorted()), and the ceilings are \(limits.sorted())"))
        }
        let headings = [
            ("supervisorPrompt", persona.supervisorPrompt, ["# What moves", "# What to answer"]),
            ("scoringPrompt", persona.scoringPrompt, ["# How to judge", "# What to write"]),
            ("realtimePrompt", persona.realtimePrompt, ["# Your mood", "# What never changes", "# What you know"]),
        ]
        for (place, text, repeated) in headings {
            for heading in repeated where text.contains(heading) {
                faults.append(
                    Fault(
                        rule: .twice, personaId: persona.id, place: place,
                        reason: "has «\(heading)», which the program says for all customers"))
            }
        }
        return faults
    }

    private static func texts(of persona: Persona) -> [(place: String, text: String)] {
        [
            ("description", persona.description), ("supervisorPrompt", persona.supervisorPrompt),
            ("scoringPrompt", persona.scoringPrompt),
        ] + textsOfCustomer(persona)
            + persona.scenarios.flatMap { scenario in
                [("\(scenario.id) description", scenario.description), ("\(scenario.id) goal", scenario.goal)]
            }
    }

    /// What the voice model gets of the persona.
    private static func textsOfCustomer(_ persona: Persona) -> [(place: String, text: String)] {
        [("realtimePrompt", persona.realtimePrompt), ("productKnowledge", persona.productKnowledge)]
            + persona.scenarios.map { ("\($0.id) situation", $0.situation) }
            + (persona.moods ?? []).enumerated().map { ("moods[\($0.offset)]", $0.element.says) }
    }

    /// Phrases that must not stand in a customer's texts, in lower case, and the rule that they break.
    private static let words: [(Fault.Rule, [String])] = [
        (
            .word,
            [
                "training", "trainee", "salesperson", "role play", "role-play", "simulation", "schulung", "trainer",
                "rollenspiel", "verkäufer", "školení", "školenec", "trénink", "prodejce", "prodavač", "εκπαίδευση",
                "εκπαιδευόμενο", "πωλητή", "πωλήτρια", "προσομοίωση",
            ]
        ),
        (
            .opening,
            [
                "begin with", "your first sentence", "wait until you are spoken to", "let them speak first",
                "fang an mit",
                "dein erster satz", "beginne mit", "začni větou", "tvoje první věta", "ξεκίνα με", "η πρώτη σου φράση",
            ]
        ),
        (
            .silence,
            [
                "if there is silence", "after a while", "few seconds", "if nothing comes", "wenn es still",
                "nach einer weile",
                "když je ticho", "po chvíli ticha", "αν επικρατεί σιωπή", "μετά από λίγη σιωπή",
            ]
        ),
    ]

    /// The customer's file says in one bullet how long a turn is, and nowhere else.
    private static func lengths(of persona: Persona) -> [Fault] {
        let bullet = /(?m)^- (?:Length|Länge|Délka|Έκταση): [^\n]*(?:\n  [^\n]*)*/
        let count = persona.realtimePrompt.matches(of: bullet).count
        var faults: [Fault] = []
        if count != 1 {
            faults.append(
                Fault(
                    rule: .turnLength, personaId: persona.id, place: "realtimePrompt",
                    reason: "says in \(count) bullets how long a turn is, and it should be one"))
        }
        let others = [
            /(?i)\b(?:one|two|three|four|five|six) (?:to|or) \w+ (?:short )?(?:words|sentences)/,
            /(?i)\b(?:ein|eine|zwei|drei|vier) (?:bis|oder) \w+ (?:kurze )?(?:Wörter|Sätze)/,
            /(?i)\b(?:jedna|jednu|dvě|tři|čtyři) (?:až|nebo) \w+ (?:krátk\w+ )?(?:slov\w*|vět\w*)/,
            /(?i)\b(?:μία|μια|δύο|τρεις) (?:ως|με|ή) \w+ (?:σύντομες )?(?:λέξεις|προτάσεις)/,
        ]
        let texts =
            [("realtimePrompt", persona.realtimePrompt.replacing(bullet, with: ""))]
            + persona.scenarios.map { ("\($0.id) situation", $0.situation) }
        for (place, text) in texts {
            if let other = others.lazy.compactMap({ text.firstMatch(of: $0) }).first {
                faults.append(
                    Fault(
                        rule: .turnLength, personaId: persona.id, place: place,
                        reason: "says «\(other.output)» besides the one bullet about the length of a turn"))
            }
        }
        return faults
    }

    /// Each scenario says who begins, and a customer who begins has a line.
    private static func openings(of persona: Persona) -> [Fault] {
        persona.scenarios.compactMap { scenario in
            let reason: String? =
                switch scenario.opening {
                case nil: "does not say who begins"
                case let opening? where opening.speaker == .customer && opening.says == nil:
                    "has the customer begin, and no line for it"
                default: nil
                }
            return reason.map {
                Fault(rule: .opening, personaId: persona.id, place: "\(scenario.id) opening", reason: $0)
            }
        }
    }

    /// Greek is the one language here whose script tells it from the others.
    private static func isForeign(_ persona: Persona) -> Bool {
        let letters = persona.realtimePrompt.unicodeScalars.filter(\.properties.isAlphabetic)
        let greek = letters.count { (0x370...0x3ff).contains($0.value) || (0x1f00...0x1fff).contains($0.value) }
        return (persona.language == "el") != (Double(greek) > 0.5 * Double(letters.count))
    }
}

extension String {
    /// Whether it has the phrase as words of their own.
    fileprivate func hasWord(_ phrase: String) -> Bool {
        var rest = self[...]
        while let found = rest.range(of: phrase) {
            let before = found.lowerBound == startIndex ? nil : self[index(before: found.lowerBound)]
            if before?.isLetter != true { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }
}
