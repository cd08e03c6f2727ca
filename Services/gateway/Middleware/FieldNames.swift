import HTTPTypes

extension HTTPField.Name {
    static let idempotencyKey = literal("Idempotency-Key")
    static let apiKey = literal("X-API-Key")
    static let requestId = literal("X-Request-Id")
    static let forwardedFor = literal("X-Forwarded-For")
    static let forwardedHost = literal("X-Forwarded-Host")
    static let forwardedProto = literal("X-Forwarded-Proto")
    static let frameOptions = literal("X-Frame-Options")
    static let referrerPolicy = literal("Referrer-Policy")
    static let permissionsPolicy = literal("Permissions-Policy")

    private static func literal(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name(name.description) else { preconditionFailure("\(name) is no field name") }
        return name
    }
}
