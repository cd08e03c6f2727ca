import Compliance
import Domain
import Foundation
import PromptCheck
import Storage
import TestSupport
import Testing

/// What is said about the prompts must be true of the shipped ones, and must find what it is meant to find.
@Suite struct PromptRulesTests {
    static let folder = TestFolders.package.appending(path: "Shared/Personas").path
    static let catalog = try? ComplianceCatalog(directory: folder)
    static let personas = (try? PersonaCatalog(directory: folder).personas) ?? []
    static let day = CalendarDay(year: 2026, month: 11, day: 30)

    static func faults(of persona: Persona) throws -> [PromptRules.Fault] {
        let prompts = RenderedPrompt.all(of: persona, on: try #require(day), try #require(catalog))
        return PromptRules.faults(of: persona, rendered: prompts)
    }

    @Test(arguments: personas.map(\.id)) func `the shipped prompts are without a fault`(_ id: String) throws {
        let persona = try #require(Self.personas.first { $0.id == id })
        #expect(try Self.faults(of: persona) == [])
    }

    @Test func `every persona and scenario has a prompt for each model`() throws {
        let scenarios = Self.personas.flatMap(\.scenarios)
        let prompts = Self.personas.flatMap { persona in
            Self.day.flatMap { day in Self.catalog.map { RenderedPrompt.all(of: persona, on: day, $0) } } ?? []
        }
        #expect(scenarios.count >= 48)
        #expect(prompts.count == 3 * scenarios.count)
    }

    struct Flaw: Sendable, CustomTestStringConvertible {
        let rule: PromptRules.Fault.Rule
        let name: String
        var persona = "fmc_smoker"
        let change: @Sendable (inout Persona) -> Void
        var testDescription: String { "\(rule.rawValue): \(name)" }
    }

    static let flaws = [
        Flaw(rule: .length, name: "a prompt that goes on and on") {
            $0.realtimePrompt += String(repeating: " You like your van.", count: 600)
        },
        Flaw(rule: .length, name: "a prompt that says next to nothing") {
            $0.realtimePrompt = "- Length: short."; $0.productKnowledge = "Nothing."; $0.scoringPrompt = "Score.";
            $0.supervisorPrompt = "Watch."; $0.rubric.categories = []; $0.attitudeRules = []; $0.objections = []
        },
        Flaw(rule: .placeholder, name: "a name that nobody fills in") { $0.realtimePrompt += "\nYou live in {city}." },
        Flaw(rule: .date, name: "a year") { $0.realtimePrompt += "\nYou bought it in 2024." },
        Flaw(rule: .date, name: "a date with dots") { $0.supervisorPrompt += "\nHe was born on 12.5.1981." },
        Flaw(rule: .word, name: "the exercise") { $0.realtimePrompt += "\nThe other one is a salesperson." },
        Flaw(rule: .word, name: "the exercise in the situation") {
            $0.scenarios[0].situation += "\nThis is a training."
        },
        Flaw(rule: .word, name: "the exercise in German", persona: "fmc_smoker_de") {
            $0.realtimePrompt += "\nDas ist ein Rollenspiel."
        },
        Flaw(rule: .word, name: "the exercise in Czech", persona: "fmc_smoker_cs") {
            $0.realtimePrompt += "\nJe to školení."
        },
        Flaw(rule: .word, name: "the exercise in Greek", persona: "fmc_smoker_el") {
            $0.productKnowledge += "\nΕίναι εκπαίδευση."
        },
        Flaw(rule: .word, name: "a number for a mood") { $0.realtimePrompt += "\n0-1 you are on your way out." },
        Flaw(rule: .word, name: "the old form of the notes") { $0.realtimePrompt += "\n«attitude=4»" },
        Flaw(rule: .turnLength, name: "a second length") { $0.realtimePrompt += "\nYou say three to five sentences." },
        Flaw(rule: .turnLength, name: "no length") {
            $0.realtimePrompt = $0.realtimePrompt.replacing("- Length:", with: "- So:")
        },
        Flaw(rule: .turnLength, name: "a second length in German", persona: "fmc_smoker_de") {
            $0.realtimePrompt += "\nDu sagst drei bis vier Sätze."
        },
        Flaw(rule: .opening, name: "the first line in the situation") {
            $0.scenarios[0].situation += "\nBegin with: «Hello.»"
        },
        Flaw(rule: .opening, name: "nobody who begins") { $0.scenarios[0].opening = nil },
        Flaw(rule: .opening, name: "a customer who begins with nothing") {
            $0.scenarios[0].opening = .init(speaker: .customer)
        },
        Flaw(rule: .silence, name: "a silence of its own") { $0.realtimePrompt += "\nIf there is silence, wait." },
        Flaw(rule: .silence, name: "no silence") { $0.silence = nil },
        Flaw(rule: .conversion, name: "another number in the rules") {
            $0.attitudeRules[0] = "+1 when he agrees at 5 or more."
        },
        Flaw(rule: .conversion, name: "another number in the persona") {
            $0.supervisorPrompt += "\nHe agrees at 7 or more."
            $0.convertsAt = 6
        },
        Flaw(rule: .ceiling, name: "another limit in the rules") {
            $0.attitudeRules = $0.attitudeRules.map { $0.replacing("above 4", with: "above 5") }
        },
        Flaw(rule: .ceiling, name: "a limit that no rule names") { $0.ceilings = [.init(until: "needs", at: 3)] },
        Flaw(rule: .twice, name: "a second set of rules") {
            $0.supervisorPrompt += "\n# What moves Karel\nUp by one: a joke."
        },
        Flaw(rule: .twice, name: "a second set of moods") { $0.realtimePrompt += "\n# Your mood\nYou are cross." },
        Flaw(rule: .language, name: "English instead of Greek", persona: "fmc_smoker_el") {
            $0.realtimePrompt = String(repeating: "You are a lift mechanic and you smoke. ", count: 20)
        },
    ]

    @Test(arguments: flaws) func `a planted fault is found`(_ flaw: Flaw) throws {
        var persona = try #require(Self.personas.first { $0.id == flaw.persona })
        let before = try Self.faults(of: persona)
        flaw.change(&persona)
        let found = try Self.faults(of: persona).filter { !before.contains($0) }
        #expect(found.contains { $0.rule == flaw.rule }, "found only \(found)")
    }

    @Test func `every rule has a planted fault`() {
        #expect(Set(Self.flaws.map(\.rule)) == Set(PromptRules.Fault.Rule.allCases))
    }

    @Test func `the estimate knows that Greek takes more tokens than English`() {
        let english = TokenEstimate.tokens(of: "You stand at the counter of your shop and wait.")
        let greek = TokenEstimate.tokens(of: "Στέκεσαι στον πάγκο του μαγαζιού σου και περιμένεις.")
        #expect(english >= 10 && english <= 13)
        #expect(greek > english)
    }

    /// The model is told the mood's sentence, and none of our names for the exercise.
    @Test func `the customer's prompt has each general rule once`() throws {
        let karel = try #require(Self.personas.first { $0.id == "fmc_smoker" })
        let day = try #require(Self.day)
        let catalog = try #require(Self.catalog)
        let prompts = RenderedPrompt.all(of: karel, on: day, catalog)
        let prompt = try #require(prompts.first { $0.model == .realtime })
        for once in [
            "end_conversation", "`converted`", "stage directions", "Unclear audio", "Variety", "Language:", "[state]",
        ] {
            #expect(
                prompt.text.matches(of: try Regex(NSRegularExpression.escapedPattern(for: once))).count == 1, "\(once)")
        }
        #expect(prompt.text.contains("Karel, 45, born on 12 May 1981"))
        #expect(prompt.text.contains("this is how you feel: Your arms are crossed."))
        #expect(!prompt.text.lowercased().contains("train"))
    }
}
