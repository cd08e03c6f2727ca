import Domain
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Storage
import Wire

/// Turns every error into a problem document. Details of server errors go to the log with the request's id; the client
/// gets only the id.
struct ErrorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Self.problem(for: error)
            if problem.status.kind == .serverError {
                context.logger.warning("request failed", metadata: ["error": "\(error)", "code": "\(problem.code)"])
            }
            var response = problem.response(path: request.uri.path, requestId: context.requestId)
            // Do not wait for the rest of a body that is refused.
            if problem.status == .contentTooLarge { response.headers[.connection] = "close" }
            return response
        }
    }

    static func problem(for error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let error as StorageError: problem(for: error)
        case let refusal as RelayMessage.Refusal: problem(for: refusal)
        // Only requests to reports throw it; the links to relays have their own errors.
        case is WireError: .reportsUnavailable
        case let error as HTTPError: problem(for: error)
        case is NIOTooManyBytesError: bodyTooLarge
        case is CancellationError:
            Problem(.serviceUnavailable, .stopping, "The server is stopping.", retryAfter: 1)
        default: internalError
        }
    }

    private static func problem(for error: StorageError) -> Problem {
        switch error.code {
        case .unavailable: .storageUnavailable
        case .notFound, .erased: .sessionNotFound
        case .idempotencyConflict:
            Problem(.conflict, .idempotencyConflict, "This Idempotency-Key was used before with another request.")
        case .invalidCursor:
            Problem(.badRequest, .invalidCursor, "cursor must be a nextCursor of this list, unchanged.")
        case .corrupt, .refused, .fenced: internalError
        }
    }

    /// A relay's refusal already contains the status, code and message for the client.
    private static func problem(for refusal: RelayMessage.Refusal) -> Problem {
        let status = (400...599).contains(refusal.httpStatus) ? refusal.httpStatus : 503
        var problem = Problem(HTTPResponse.Status(code: status), refusal.code, refusal.message)
        if let milliseconds = refusal.retryAfterMs {
            problem.headers[.retryAfter] = String(max(1, (milliseconds + 999) / 1000))
        }
        return problem
    }

    private static func problem(for error: HTTPError) -> Problem {
        switch error.status {
        case .notFound: Problem(.notFound, .notFound, "There is nothing at this path.")
        case .contentTooLarge: bodyTooLarge
        default:
            error.status.kind == .clientError
                ? Problem(error.status, .badRequest, "The request cannot be understood.") : internalError
        }
    }

    static let bodyTooLarge = Problem(
        .contentTooLarge, .bodyTooLarge, "A body may have at most \(Request.bodyLimit) bytes.")

    private static let internalError = Problem(
        .internalServerError, .internalError, "An internal error occurred. It is logged under this request's id.")
}
