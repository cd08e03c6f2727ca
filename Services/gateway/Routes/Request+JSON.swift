import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// What a body may hold, in bytes.
    static let bodyLimit = 1 << 20
    /// Members and items in one body. A batch of 1,000 events has some 10,000; a parser needs most of a second for ten
    /// times this many.
    static let valueLimit = 50_000

    /// The body as JSON, and its bytes.
    ///
    /// - Throws: 415 for another media type, 413 over the limit, 400 for what is no JSON, is nested deeper than 32 or
    ///   holds more than 50,000 values.
    func json(upTo limit: Int = bodyLimit) async throws -> (value: JSONValue, bytes: ByteBuffer) {
        let type = headers[.contentType]?.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
        guard let type, type == "application/json" || type.hasSuffix("+json") else {
            throw Problem(.unsupportedMediaType, "unsupported_media_type", "The body must be application/json.")
        }
        let bytes = try await body.collect(upTo: limit)
        guard String(validating: bytes.readableBytesView, as: UTF8.self) != nil else {
            throw Problem(.badRequest, "invalid_json", "The body is not UTF-8.")
        }
        guard JSONNesting.isWithin(JSONNesting.limit, bytes.readableBytesView) else {
            throw Problem(
                .badRequest, "json_too_deep", "Arrays and objects may be nested \(JSONNesting.limit) deep at most.")
        }
        // Commas in texts count too; nobody has that many of either.
        guard bytes.readableBytesView.count(where: { $0 == UInt8(ascii: ",") }) < Self.valueLimit else {
            throw Problem(.badRequest, "json_too_long", "A body may hold \(Self.valueLimit) values at most.")
        }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes.readableBytesView)) else {
            throw Problem(.badRequest, "invalid_json", "The body is not valid JSON.")
        }
        return (value, bytes)
    }
}
