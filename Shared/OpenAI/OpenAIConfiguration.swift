public import Domain
import Foundation

/// The address of the model API, the model, and how it is asked.
public struct OpenAIConfiguration: Sendable {
    /// Up to and including the version: `https://api.openai.com/v1`. A query is kept behind every path.
    public var baseURL: String
    public var key: Secret
    /// The header that carries the key: as a bearer token in `Authorization`, as it is in any other, such as Azure's
    /// `api-key`.
    public var keyHeader: String
    /// Sent with every request.
    public var extraHeaders: [String: String]
    public var model: String
    /// `none`, `low`, … for models that reason; nil sends nothing.
    public var reasoningEffort: String?

    public init(
        baseURL: String = "https://api.openai.com/v1", key: Secret, keyHeader: String = "Authorization",
        extraHeaders: [String: String] = [:], model: String, reasoningEffort: String? = nil
    ) {
        self.baseURL = baseURL
        self.key = key
        self.keyHeader = keyHeader
        self.extraHeaders = extraHeaders
        self.model = model
        self.reasoningEffort = reasoningEffort
    }

    /// The address of a resource, such as `chat/completions`.
    func address(of resource: String) -> String {
        guard var parts = URLComponents(string: baseURL) else { return "\(baseURL)/\(resource)" }
        let path = parts.percentEncodedPath
        parts.percentEncodedPath = (path.hasSuffix("/") ? path : path + "/") + resource
        parts.fragment = nil
        return parts.string ?? "\(baseURL)/\(resource)"
    }

    var headers: [String: String] {
        var headers = extraHeaders
        headers["Accept"] = "application/json"
        let key = key.text
        if !key.isEmpty { headers[keyHeader] = keyHeader.lowercased() == "authorization" ? "Bearer \(key)" : key }
        return headers
    }
}
