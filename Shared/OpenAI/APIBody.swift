import Domain
import Foundation
import HTTPClient

/// Reads bodies of the API, which are trusted no more than those of any other server.
enum APIBody {
    static func decode<Value: Decodable>(_ type: Value.Type, from body: Data) -> Value? {
        guard JSONNesting.isWithin(JSONNesting.limit, body) else { return nil }
        return try? JSONDecoder().decode(type, from: body)
    }

    private struct Failure: Decodable {
        struct Detail: Decodable {
            var code: String?
            var type: String?
            var message: String?
            var param: String?
        }
        var error: Detail
    }

    /// The optional key that a 400 refuses; the request can do without it. Nil if there is none.
    static func refusedKey(in response: HTTPResponse) -> ChatCompletion.OptionalKey? {
        guard response.status == 400, let detail = decode(Failure.self, from: response.body)?.error else { return nil }
        if let key = detail.param.flatMap({ ChatCompletion.OptionalKey(rawValue: $0) }) { return key }
        // Some servers name the key only in the message.
        return ChatCompletion.OptionalKey.allCases.first { key in
            detail.param == nil && (detail.message?.contains("'\(key.rawValue)'") ?? false)
        }
    }

    /// `error.code`, else `error.type`, if it looks like a code.
    static func errorCode(in body: Data) -> String? {
        let detail = decode(Failure.self, from: body)?.error
        return [detail?.code, detail?.type].lazy.compactMap(\.self).first { code in
            (1...64).contains(code.utf8.count)
                && code.utf8.allSatisfy {
                    ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 == 0x5F || ($0 >= 0x30 && $0 <= 0x39)
                }
        }
    }

    /// The error for any status other than 200. The API's message is kept only for a refused request, where it helps
    /// the operator and cannot quote the key.
    static func error(of response: HTTPResponse, key: String) -> OpenAIError {
        let code = errorCode(in: response.body)
        let named = code.map { ", \($0)" } ?? ""
        func error(_ own: OpenAIError.Code, _ sentence: String) -> OpenAIError {
            OpenAIError(own, sentence, status: response.status, requestId: response["x-request-id"])
        }
        switch response.status {
        case 401, 403:
            return error(.unauthorized, "the API does not accept the key, or the key may not use this model\(named)")
        case 404: return error(.modelNotFound, "the API does not know this model or address\(named)")
        case 408: return error(.timeout, "the API ran out of time\(named)")
        case 429 where code == "insufficient_quota": return error(.quotaExhausted, "the account's quota is used up")
        case 429: return error(.rateLimited, "too many requests for this account\(named)")
        case 409, 500...: return error(.unavailable, "the API failed\(named)")
        case 400..<500:
            return error(
                .invalidRequest, "the API refused the request\(named)" + explanation(in: response.body, key: key))
        default: return error(.invalidAnswer, "the API answered with an unexpected status")
        }
    }

    private static func explanation(in body: Data, key: String) -> String {
        guard var text = decode(Failure.self, from: body)?.error.message else { return "" }
        if !key.isEmpty { text = text.replacingOccurrences(of: key, with: "…") }
        let words = text.split(whereSeparator: \.isWhitespace).map { $0.contains("sk-") ? "…" : $0 }
        return ": " + words.joined(separator: " ").prefix(300)
    }
}
