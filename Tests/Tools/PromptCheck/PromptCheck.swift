import ArgumentParser
import Compliance
import Domain
import Foundation
import Storage

/// Prints every prompt of every persona and scenario, and what is wrong with them.
@main
struct PromptCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompts",
        abstract: "Prints the prompts exactly as the models get them, and checks them.",
        discussion: "Exits with 1 if anything is wrong. Token counts are estimates, within five per cent.")

    @Option(help: "Folder with the content files.")
    var content = "Shared/Personas"

    @Option(help: "Only this persona.")
    var persona: String?

    @Option(help: "Only this scenario.")
    var scenario: String?

    @Option(help: "Only the prompt of this model: realtime, supervisor or scoring.")
    var model: String?

    @Option(help: "The day of the call, YYYY-MM-DD; today if absent.")
    var day: String?

    @Flag(help: "Only sizes and faults, no texts.")
    var sizes = false

    func run() throws {
        let catalog = try ComplianceCatalog(directory: content)
        let personas = try PersonaCatalog(directory: content).personas.filter { persona == nil || $0.id == persona }
        guard let day = day.map({ CalendarDay($0) }) ?? CalendarDay(utc: Date()) else {
            throw ValidationError("\(self.day ?? "") is no date, YYYY-MM-DD")
        }
        var faults: [PromptRules.Fault] = []
        for persona in personas {
            let prompts = RenderedPrompt.all(of: persona, on: day, catalog)
            faults += PromptRules.faults(of: persona, rendered: prompts)
            for prompt in prompts where isWanted(prompt) { show(prompt) }
        }
        faults.forEach { print("fault: \($0)") }
        print("\(personas.count) personas, \(faults.count) faults")
        if !faults.isEmpty { throw ExitCode.failure }
    }

    private func isWanted(_ prompt: RenderedPrompt) -> Bool {
        (scenario == nil || prompt.scenario.id == scenario) && (model == nil || prompt.model.rawValue == model)
    }

    private func show(_ prompt: RenderedPrompt) {
        let tokens = TokenEstimate.tokens(of: prompt.text)
        let title = "\(prompt.persona.id) \(prompt.scenario.id) \(prompt.model.rawValue): about \(tokens) tokens"
        print(sizes ? title : "==== \(title)\n\(prompt.text)\n")
    }
}
