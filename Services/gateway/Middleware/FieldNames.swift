import HTTPTypes

extension HTTPField.Name {
    static let idempotencyKey = literal("Idempotency-Key")
    static let apiKey = literal("X-API-Key")
    static let requestId = literal("X-Request-Id")
    static let forwardedFor = literal("X-Forwarded-For")
    static let forwardedHost = literal("X-Forwarded-Host")
    static let forwardedProto = literal("X-Forwarded-Proto")
    static let frameOptions = literal("X-Frame-Options")
    /// Asks nginx to pass a response on as it comes.
    static let accelBuffering = literal("X-Accel-Buffering")
    /// Whether a table has all that matches.
    static let isComplete = literal("X-Complete")
    static let referrerPolicy = literal("Referrer-Policy")
    static let permissionsPolicy = literal("Permissions-Policy")

    private static func literal(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name(name.description) else { preconditionFailure("\(name) is no field name") }
        return name
    }
}
