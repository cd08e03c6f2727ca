import Domain
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// The JSON format of this API: dates as RFC 3339 in UTC with milliseconds, slashes not escaped, keys in the order of
/// the documentation.
enum APIJSON {
    static let mediaType = "application/json; charset=utf-8"

    static func encode(_ value: some Encodable) throws -> ByteBuffer {
        ByteBuffer(string: try tree(value).compact)
    }

    static func tree(_ value: some Encodable) throws -> OrderedJSON {
        try OrderedJSON(encoding: value) { date in
            .string(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
    }

    static func response(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        var headers = headers
        headers[.contentType] = mediaType
        // A cache must not serve one caller's response to another.
        if !headers.contains(.cacheControl) { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: try encode(value)))
    }
}

/// The response of every list endpoint.
struct Listing<Item: Encodable>: Encodable {
    var items: [Item]
    /// Value of `cursor` for the next page; absent on the last page.
    var nextCursor: String?
}
