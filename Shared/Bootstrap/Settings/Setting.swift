/// One environment variable: its name, allowed values, default and meaning.
///
/// Declared once, as a property of its process's `SettingTable`, so that parsing, validation and `--help` cannot
/// disagree. An empty variable counts as not set, because compose files pass a missing variable on as an empty one.
public struct Setting<Value: Sendable>: AnySetting {
    public let name: String
    /// One sentence for `--help`.
    public let meaning: String
    /// The allowed values, as text that completes "must be …".
    public let allowed: String
    /// The default as `--help` shows it; nil where the variable is required.
    public let defaultText: String?
    public let isSecret: Bool

    let defaultValue: Value?
    /// Returns nil for a text that is not allowed.
    let parse: @Sendable (String) -> Value?

    public init(
        _ name: String, allowed: String, default defaultValue: Value?, defaultText: String?, secret: Bool = false,
        meaning: String, parse: @escaping @Sendable (String) -> Value?
    ) {
        self.name = name
        self.meaning = meaning
        self.allowed = allowed
        self.defaultValue = defaultValue
        self.defaultText = defaultText
        self.isSecret = secret
        self.parse = parse
    }

    /// The same variable, but nil when it is not set.
    public var optional: Setting<Value?> {
        let parse = self.parse
        return Setting<Value?>(
            name, allowed: allowed, default: .some(nil), defaultText: "none", secret: isSecret, meaning: meaning,
            parse: { text in parse(text).map { .some($0) } })
    }

    /// Runs `body`, which needs the variable's value, and blames the variable for any error.
    ///
    /// - Throws: `SettingError`.
    public func use<Result>(_ body: () throws -> Result) throws(SettingError) -> Result {
        do {
            return try body()
        } catch {
            throw SettingError(name, "cannot be used: \(error)")
        }
    }

    func check(in settings: Settings) throws(SettingError) {
        _ = try settings.value(of: self)
    }
}

/// A `Setting` of any type, for the list that `--help` prints and that is checked before a process starts.
protocol AnySetting: Sendable {
    var name: String { get }
    var meaning: String { get }
    var allowed: String { get }
    var defaultText: String? { get }
    var isSecret: Bool { get }

    func check(in settings: Settings) throws(SettingError)
}

/// Why a process refuses its configuration, as one line. Ends the process with exit code 78.
public struct SettingError: Error, CustomStringConvertible, Sendable {
    public let description: String

    /// - Parameters:
    ///   - variable: the environment variable at fault.
    ///   - problem: completes the sentence that begins with its name; never shows the value of a secret.
    public init(_ variable: String, _ problem: String) {
        self.description = "\(variable) \(problem)"
    }
}
