public import Foundation

/// The variables that several processes read, declared once so that they mean the same everywhere.
public enum SharedSettings {
    public static let mongoURI = Setting<String>(
        "MONGODB_URI", allowed: "a mongodb:// or mongodb+srv:// address with the database in its path",
        default: "mongodb://localhost:27017/bat-vr-trainer", defaultText: "mongodb://localhost:27017/bat-vr-trainer",
        secret: true, meaning: "the database that the processes share",
        parse: { $0.hasPrefix("mongodb://") || $0.hasPrefix("mongodb+srv://") ? $0 : nil })

    public static let openAIKey = Setting.secret("OPENAI_API_KEY", meaning: "key of the model API")

    public static let openAIBaseURL: Setting<URL> = .url(
        "OPENAI_BASE_URL", default: "https://api.openai.com/v1",
        meaning: "where the model API is, with its version; the realtime URL follows from it")

    public static let reasoningEffort = Setting.string(
        "REASONING_EFFORT", meaning: "minimal, low, medium, high or xhigh, for models that reason"
    ).optional(shownAs: "not sent")

    public static let supervisorDebounce = Setting.duration(
        "SUPERVISOR_DEBOUNCE_MS", in: .milliseconds, 0...60_000, default: 2_000,
        meaning: "pause after the customer's last words before the conversation is judged")

    public static let legalAge = Setting.integer(
        "LEGAL_AGE", in: 1...99, default: 18, meaning: "completed years from which a customer may be sold to")

    public static let personas = Setting.string(
        "PERSONAS_DIR", default: "Shared/Personas",
        meaning: "folder of the personas and the rules' content, taken over when a version is newer")

    public static let dataFolder = Setting.string(
        "DATA_DIR", default: "./data/sessions", meaning: "folder of the sessions' data files, reports and zips")
}
