import Foundation
import Hummingbird
import Logging

/// Gives every request an id that is part of the response, the log lines and any problem document, so that a reported
/// failure can be found in the log.
struct RequestIdMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestId = RequestId.of(request.headers[.requestId])
        context.logger[metadataKey: "requestId"] = "\(context.requestId)"
        var response = try await next(request, context)
        response.headers[.requestId] = context.requestId
        return response
    }
}

enum RequestId {
    /// The client's own id if it is safe in a log and a header; otherwise a new one.
    static func of(_ given: String?) -> String {
        guard let given, (1...64).contains(given.utf8.count), given.utf8.allSatisfy(isHarmless) else {
            return UUID().uuidString.lowercased()
        }
        return given
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
