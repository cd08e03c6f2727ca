import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// JSON as this API speaks it: dates as RFC 3339 in UTC with milliseconds, slashes as they are.
enum JSON {
    static let mediaType = "application/json; charset=utf-8"

    static func encode(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    static func response(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        var headers = headers
        headers[.contentType] = mediaType
        // What one caller may see, no cache may hand to another.
        if !headers.contains(.cacheControl) { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: try encode(value)))
    }
}

/// A list, as every list endpoint answers.
struct Listing<Item: Encodable>: Encodable {
    var items: [Item]
    /// For `cursor`; absent on the last page.
    var nextCursor: String?
}
