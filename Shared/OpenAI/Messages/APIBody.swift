import Domain
import Foundation
import HTTPClient
import JSON

/// Reads bodies of the API, which are trusted no more than those of any other server.
enum APIBody {
    static func decode<Value: Decodable>(_ type: Value.Type, from body: Data) -> Value? {
        guard JSONNesting.isWithin(JSONNesting.limit, body) else { return nil }
        return try? JSONDecoder().decode(type, from: body)
    }

    /// What an error body says. Servers differ: `error` may be an object or a text, or its fields stand at the top;
    /// `code` may be a number.
    struct Detail {
        var codes: [String]
        var message: String?
        var param: String?
    }

    static func detail(in body: Data) -> Detail? {
        guard let value = decode(JSONValue.self, from: body), case .object = value else { return nil }
        let error = value["error"] ?? value
        if let message = error.string { return Detail(codes: [], message: message, param: nil) }
        let codes = [error["code"], error["type"], error["innererror"]?["code"]].compactMap { $0.flatMap(text) }
        let message = text(error["message"]) ?? text(error["detail"]) ?? error["detail"].flatMap(compact)
        return Detail(codes: codes, message: message, param: text(error["param"]))
    }

    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): ["", "None", "null"].contains(text) ? nil : text
        case .integer(let number): String(number)
        case .number(let number): Int(exactly: number).map { String($0) }
        case .null, .bool, .large, .array, .object, nil: nil
        }
    }

    private static func compact(_ value: JSONValue) -> String? {
        (try? JSONEncoder().encode(value)).map { String(decoding: $0.prefix(4 << 10), as: UTF8.self) }
    }

    /// Whether a content filter refused the question, which some servers answer with a 400.
    static func isFiltered(_ body: Data) -> Bool {
        let names: Set = ["content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"]
        return detail(in: body)?.codes.contains { names.contains($0) } ?? false
    }

    /// The status that a 200 hides: some servers put an error with its number into it.
    static func hiddenStatus(in body: Data) -> Int? {
        guard let value = decode(JSONValue.self, from: body), value["choices"] == nil, let error = value["error"],
            error != .null, let code = text(error["code"]).flatMap({ Int($0) }), (400...599).contains(code)
        else { return nil }
        return code
    }

    /// `error.code`, else `error.type`, if it looks like a code. A name says more than a number.
    static func errorCode(in body: Data) -> String? {
        let codes = (detail(in: body)?.codes ?? []).filter { code in
            (1...64).contains(code.utf8.count)
                && code.utf8.allSatisfy {
                    ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 == 0x5F || ($0 >= 0x30 && $0 <= 0x39)
                }
        }
        return codes.first { Int($0) == nil } ?? codes.first
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
        case 400..<500 where isFiltered(response.body):
            return error(.contentFiltered, "the API's content filter refused the question\(named)")
        case 400..<500:
            return error(
                .invalidRequest, "the API refused the request\(named)" + explanation(in: response.body, key: key))
        case 300..<400:
            return error(
                .invalidAnswer, "the API answered with a redirect, which is not followed: the key would go with it")
        default: return error(.invalidAnswer, "the API answered with an unexpected status")
        }
    }

    private static func explanation(in body: Data, key: String) -> String {
        guard var text = detail(in: body)?.message else { return "" }
        if !key.isEmpty { text = text.replacingOccurrences(of: key, with: "…") }
        let words = text.split(whereSeparator: \.isWhitespace).map { $0.contains("sk-") ? "…" : $0 }
        return ": " + words.joined(separator: " ").prefix(300)
    }
}
