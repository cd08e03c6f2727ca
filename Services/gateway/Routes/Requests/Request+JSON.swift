import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// Maximum size of a body, in bytes.
    static let bodyLimit = 1 << 20
    /// Maximum number of members and items in one body. A batch of 1,000 events has about 10,000; ten times this limit
    /// would keep the parser busy for most of a second.
    static let valueLimit = 50_000

    /// The body as JSON, and its bytes.
    ///
    /// - Throws: 415 for another media type, 413 over the limit, 400 for a body that is not JSON, is nested more than
    ///   32 levels deep or contains more than 50,000 values.
    func json(upTo limit: Int = bodyLimit) async throws -> (value: JSONValue, bytes: ByteBuffer) {
        let type = headers[.contentType]?.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
        guard let type, type == "application/json" || type.hasSuffix("+json") else {
            throw Problem(.unsupportedMediaType, .unsupportedMediaType, "The body must be application/json.")
        }
        let bytes = try await body.collect(upTo: limit)
        // UTF-16 can be valid UTF-8 with NULs, which JSON never contains.
        guard String(validating: bytes.readableBytesView, as: UTF8.self) != nil, !bytes.readableBytesView.contains(0)
        else {
            throw Problem(.badRequest, .invalidJSON, "The body is not UTF-8.")
        }
        guard JSONNesting.isWithin(JSONNesting.limit, bytes.readableBytesView) else {
            throw Problem(
                .badRequest, .jsonTooDeep, "Arrays and objects may be nested at most \(JSONNesting.limit) deep.")
        }
        // Commas in strings count too; no real request has that many commas.
        guard bytes.readableBytesView.count(where: { $0 == UInt8(ascii: ",") }) < Self.valueLimit else {
            throw Problem(.badRequest, .jsonTooLong, "A body may contain at most \(Self.valueLimit) values.")
        }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes.readableBytesView)) else {
            throw Problem(.badRequest, .invalidJSON, "The body is not valid JSON.")
        }
        return (value, bytes)
    }
}
