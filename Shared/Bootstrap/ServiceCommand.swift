import ArgumentParser
import Domain

/// The command line of a process: `--help`, which lists every setting, `--version`, `--healthy` and `--doctor`.
struct ServiceCommand<Main: ServiceMain>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Main.name.rawValue, abstract: Main.summary,
            discussion: """
                Configured by environment variables, or by a file .env in the working folder; the environment wins.
                A secret may come as a file named by <NAME>_FILE.

                \(table(CommonSettings().all + Main.settings.all))

                Exit codes: 0 after SIGTERM or SIGINT, 78 for a configuration that is refused, 1 for anything else, also
                for anything that --doctor finds wrong.
                """,
            version: Release.version)
    }

    @Flag(help: "Start nothing, but ask the process that runs with these settings whether it is alive.")
    var healthy = false

    @Flag(help: "Start nothing, but look at everything that this process needs, and say what is wrong and what to do.")
    var doctor = false

    static func table(_ settings: [any AnySetting]) -> String {
        settings.map { setting in
            let allowed = setting.allowed == "text" ? "" : "; \(setting.allowed)"
            let fallback = setting.defaultText.map { "default: \($0)" } ?? "required"
            return "\(setting.name)\(setting.isSecret ? " (or \(setting.name)_FILE)" : "")\n"
                + indented("\(setting.meaning)\(allowed) [\(fallback)]")
        }.joined(separator: "\n")
    }

    /// Wrapped here, because lines that ArgumentParser wraps (after 80 columns) lose their indentation.
    private static func indented(_ text: String) -> String {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= 78 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append("    \(word)")
            }
        }
        return lines.joined(separator: "\n")
    }
}

/// The version that `--version` and the API report.
public enum Release {
    public static let version = "1.0.0"
}
