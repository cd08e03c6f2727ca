/// The models that exist as of November 2026.
enum RealtimeModel {
    static let served = [
        "gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2", "gpt-realtime-1.5", "gpt-realtime",
        "gpt-realtime-2025-08-28", "gpt-realtime-mini", "gpt-realtime-mini-2025-12-15",
    ]
    /// Shut down at OpenAI. Servers that still use the beta dialect may have them.
    static let gone = [
        "gpt-4o-realtime-preview", "gpt-4o-realtime-preview-2024-10-01", "gpt-4o-realtime-preview-2024-12-17",
        "gpt-4o-realtime-preview-2025-06-03", "gpt-4o-mini-realtime-preview", "gpt-4o-mini-realtime-preview-2024-12-17",
        "gpt-realtime-mini-2025-10-06",
    ]
    static let text = ["gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini", "gpt-6-luna"]

    static func isServed(_ model: String, _ dialect: Dialect) -> Bool {
        served.contains(model) || dialect == .beta && gone.contains(model)
    }

    /// Whether `reasoning` may be set.
    static func reasons(_ model: String) -> Bool { model.hasPrefix("gpt-realtime-2") && !model.contains("2025") }
}
