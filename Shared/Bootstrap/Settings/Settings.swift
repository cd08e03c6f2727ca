public import Configuration
import Foundation

/// Reads settings: the environment first, then the `.env` file in the working folder. Nothing else reads the
/// environment.
public struct Settings: Sendable {
    private let reader: ConfigReader

    public init(_ reader: ConfigReader) {
        self.reader = reader
    }

    /// Settings from a dictionary, for tests.
    public init(environment: [String: String]) {
        self.init(ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment)))
    }

    /// - Throws: `SettingError` if a `.env` file exists but cannot be read.
    static func ofProcess() throws(SettingError) -> Settings {
        let file: [String: String]
        do {
            file = try EnvironmentFile.read(".env")
        } catch {
            throw SettingError(".env", "cannot be read: \(error)")
        }
        return Settings(environment: ProcessInfo.processInfo.environment, file: file)
    }

    /// - Parameter file: what the `.env` file says. An empty variable counts as not set, so it does not hide the file's.
    init(environment: [String: String], file: [String: String]) {
        self.init(
            ConfigReader(
                providers: [environment, file].map {
                    EnvironmentVariablesProvider(
                        environmentVariables: Self.withCapitals($0).filter { !$0.value.isEmpty })
                }))
    }

    /// Adds the settings that other programs, such as curl, know by a name in small letters.
    static func withCapitals(_ variables: [String: String]) -> [String: String] {
        var variables = variables
        for name in ["HTTPS_PROXY", "NO_PROXY"] where variables[name, default: ""].isEmpty {
            variables[name] = variables[name.lowercased()] ?? variables[name]
        }
        return variables
    }

    /// The checked value.
    ///
    /// - Throws: `SettingError` if the setting is required and missing, or its value is not allowed.
    func value<Value>(of setting: Setting<Value>) throws(SettingError) -> Value {
        guard let text = try text(of: setting) else {
            guard let value = setting.defaultValue else {
                throw SettingError(setting.name, "is required: \(setting.meaning)")
            }
            return value
        }
        guard let value = setting.parse(text) else {
            let shown = setting.isSecret ? "" : ", not \"\(text.prefix(80))\""
            throw SettingError(setting.name, "must be \(setting.allowed)\(shown)")
        }
        return value
    }

    private func text(of setting: some AnySetting) throws(SettingError) -> String? {
        if let text = raw(setting.name, secret: setting.isSecret) { return text }
        guard setting.isSecret, let path = raw(setting.name + "_FILE") else { return nil }
        do {
            let text = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            return text.isEmpty ? nil : text
        } catch {
            throw SettingError("\(setting.name)_FILE", "names a file that cannot be read: \(path)")
        }
    }

    private func raw(_ name: String, secret: Bool = false) -> String? {
        let text = reader.string(forKey: ConfigKey([name]), isSecret: secret) ?? ""
        return text.isEmpty ? nil : text
    }
}
