import ArgumentParser
import Foundation

/// Measures what a relayed audio frame costs, next to other relays that do the same work. See `Docs/Performance.md`.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures what relaying audio costs, side by side with others.",
        subcommands: [
            FloodCommand.self, PaceCommand.self, CallsCommand.self, FootprintCommand.self, ColdCommand.self,
            LoadCommand.self, EchoCommand.self, SpinCommand.self,
        ],
        defaultSubcommand: FloodCommand.self)

    static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
}

/// The load generator, in a process of its own.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load", shouldDisplay: false)

    @Argument(help: "File of the plan.") var plan: String
    @Argument(help: "File for the result.") var result: String

    func run() throws {
        let plan = try JSONDecoder().decode(LoadPlan.self, from: Data(contentsOf: URL(filePath: plan)))
        let result = try LoadGenerator(plan).run()
        try JSONEncoder().encode(result).write(to: URL(filePath: self.result))
    }
}

/// The upstream that sends audio back, in a process of its own.
struct EchoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "echo", shouldDisplay: false)

    @Option(help: "TCP port on loopback.") var port: Int

    func run() throws { try EchoUpstream(port: port).run() }
}

/// Keeps a processor from going idle.
struct SpinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "spin", shouldDisplay: false)

    func run() throws { while true {} }
}
