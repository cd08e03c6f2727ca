import ArgumentParser
import Domain
import Foundation
import Speech
import TrainingClient

/// Holds a whole conversation with a running server and shows it in the terminal.
@main
struct DemoCall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy/demo",
        abstract: "Sell to an AI customer from the terminal: a whole call, with its score and its report card.",
        discussion: """
            Start the server first, with deploy/up. Without options the demo plays a good trainee who speaks scripted \
            lines; --script clumsy plays one who breaks the rules.

            Exit codes: 0 when the call was scored, 1 when it was not, 2 when the server could not be reached or refused.
            """)

    @Option(help: "Where the server is.")
    var server = ProcessInfo.processInfo.environment["BAT_URL"] ?? "http://127.0.0.1:3001"

    @Option(help: "An API key's secret, if the server wants one. Also from BAT_API_KEY.")
    var apiKey: String?

    @Option(help: "Which scenario; the server's /api/scenarios lists them.")
    var scenario = "fmc_resistant"

    // A call that was broken off stays live for a while, and a trainee has only a few live ones.
    @Option(help: "Who is training; a new name for each call if not given.")
    var trainee = "DEMO_\(UInt16.random(in: 1...9999))"

    @Option(help: "What the trainee says: \(DemoScript.allCases.map(\.rawValue).joined(separator: " or ")).")
    var script = DemoScript.good

    @Flag(help: "Type the lines yourself; an empty line ends the call.")
    var interactive = false

    @Option(help: "Speak this WAV file (16 bit PCM) as the trainee's one turn.", transform: { URL(filePath: $0) })
    var wav: URL?

    @Flag(help: "Send lines as text instead of speech.")
    var text = false

    @Flag(help: "Do not wait for sound to play; speak three times as fast.")
    var fast = false

    @Option(help: "Folder for the PDF and the zip.", transform: { URL(filePath: $0, directoryHint: .isDirectory) })
    var out = URL(filePath: "data/demo", directoryHint: .isDirectory)

    func run() async throws {
        let terminal = Terminal()
        let training = TrainingServer(
            address: server, apiKey: apiKey ?? ProcessInfo.processInfo.environment["BAT_API_KEY"])
        let created: TrainingServer.Created
        let isSimulated: Bool
        do {
            isSimulated = try await training.health()["simulated"]?.bool ?? false
            created = try await training.create(
                scenarioId: scenario, traineeId: trainee, client: "demo", metadata: ["script": .string(script.rawValue)]
            )
        } catch {
            terminal.failure("\(server) cannot be used: \(error)", hint: "Is deploy/up running?")
            throw ExitCode(2)
        }
        terminal.begin(created, simulated: isSimulated)

        let recording = try wav.map { try WAVFile.samples(try Data(contentsOf: $0)) }
        let call = TrainingCall(url: created.wsUrl, pace: fast ? 3 : 1)
        do {
            try await call.connect()
        } catch {
            terminal.failure("no connection to \(created.wsUrl.split(separator: "?").first ?? ""): \(error)", hint: nil)
            throw ExitCode(2)
        }
        let conversation = Conversation(
            call, synthesizer: SpeechSynthesizer(), tagsSpeech: isSimulated, skipsPlayback: fast)
        let result = try await conversation.hold(
            nextTurn: { number in await turn(number, recording: recording, terminal: terminal) },
            onEvent: { terminal.show($0, customer: created.persona.name ?? "Customer") })
        terminal.end(result)

        let fetched = await fetch(created.sessionId, from: training)
        terminal.files(fetched, dashboard: "\(training.address)/sessions/\(created.sessionId)")
        if result.score == nil || fetched.count < 2 { throw ExitCode(1) }
    }

    private func turn(_ number: Int, recording: [Int16]?, terminal: Terminal) async -> Conversation.Turn? {
        if let recording { return number == 0 ? .init(.audio(recording)) : nil }
        if interactive {
            guard let line = await terminal.ask(), !line.isEmpty else { return nil }
            return .init(text ? .text(line) : .speech(line))
        }
        guard script.turns.indices.contains(number) else { return nil }
        let turn = script.turns[number]
        for event in turn.events { terminal.event(event) }
        return .init(text ? .text(turn.says) : .speech(turn.says), events: turn.events)
    }

    /// Downloads the PDF and the zip once the server has them. Returns the files that it got.
    private func fetch(_ id: SessionID, from training: TrainingServer) async -> [URL] {
        var files: [URL] = []
        try? FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
        for (path, name) in [("report", "\(id).pdf"), ("data", "\(id).zip")] {
            for _ in 0..<20 {
                if let data = try? await training.download("/api/sessions/\(id)/\(path)") {
                    let file = out.appending(path: name)
                    if (try? data.write(to: file)) != nil { files.append(file) }
                    break
                }
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        return files
    }
}
