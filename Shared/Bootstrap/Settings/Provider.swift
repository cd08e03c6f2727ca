public import Foundation

/// Whose model API it is, for the conversation and for the judges.
public enum Provider: String, CaseIterable, Sendable {
    case openai, azure
    case azureVoiceLive = "azure-voice-live"
    /// Any other server that speaks the protocol.
    case compatible

    /// The header that carries the key: as a bearer token in `Authorization`, as it is in Azure's.
    public var keyHeader: String {
        switch self {
        case .openai, .compatible: "Authorization"
        case .azure, .azureVoiceLive: "api-key"
        }
    }

    /// - Parameters:
    ///   - key: nil for a server of one's own that wants none.
    ///   - host: where the key goes.
    /// - Throws: when a key is missing that is needed there.
    public func check(key: String?, for host: String?) throws(SettingError) {
        guard key != nil || self == .compatible && host != SharedSettings.openAIHost else {
            throw SettingError(SharedSettings.openAIKey.name, "is required: \(SharedSettings.openAIKey.meaning)")
        }
    }

    /// The key as the judges send it. Their API may be OpenAI's although a compatible server holds the conversation.
    ///
    /// - Throws: when the key is missing, or Azure's key would go to OpenAI.
    public func judgeKey(_ key: String?, at baseURL: URL) throws(SettingError) -> String {
        let host = baseURL.host()
        guard self == .openai || self == .compatible || host != SharedSettings.openAIHost else {
            throw SettingError("PROVIDER", "needs OPENAI_BASE_URL, or the key would go to OpenAI")
        }
        try check(key: key, for: host)
        return key ?? ""
    }
}
