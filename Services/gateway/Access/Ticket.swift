import Domain
import Foundation
import HTTPTypes
import Secrets

/// A bearer credential for one trainee's page, so that no page needs an API key. Nothing is stored: it carries what it
/// is bound to, and our signature, which every gateway with the same `SESSION_SECRET` can check.
struct Ticket: Codable, Hashable, Sendable {
    /// Which sessions its holder may create and see.
    struct Bounds: Codable, Hashable, Sendable {
        var traineeId: String
        /// Nil for all.
        var scenarioIds: [String]?
    }

    /// Name of the caller that asked for it; becomes `createdBy` of the sessions.
    var issuer: String
    /// `APIKeys.fingerprint` of the caller's key; nil without keys.
    var key: String?
    var bounds: Bounds
    /// Seconds since 1970.
    var expires: Int64
    /// The same; nil in tickets of earlier versions.
    var issued: Int64?

    /// Seconds.
    static let longestLife = 3600
    static let mostScenarios = 50

    private static let prefix = "bat-ticket."

    static func isTicket(_ credential: some StringProtocol) -> Bool { credential.hasPrefix(prefix) }

    func text(signedWith secret: SessionSecret) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let claim = Base64URL.encode(try encoder.encode(self))
        return "\(Self.prefix)\(claim).\(Base64URL.encode(secret.code(for: "ticket", claim)))"
    }

    /// Nil unless the signature is ours. Does not look at `expires`.
    init?(_ text: some StringProtocol, signedWith secret: SessionSecret) {
        let parts = text.dropFirst(Self.prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard Self.isTicket(text), parts.count == 2, let claim = parts.first, let code = parts.last,
            let signature = Base64URL.decode(code),
            constantTimeEquals(signature, secret.code(for: "ticket", String(claim))),
            let bytes = Base64URL.decode(claim),
            let ticket = try? JSONDecoder().decode(Ticket.self, from: Data(bytes))
        else { return nil }
        self = ticket
    }

    init(issuer: String, key: String?, bounds: Bounds, expires: Int64, issued: Int64? = nil) {
        self.issuer = issuer
        self.key = key
        self.bounds = bounds
        self.expires = expires
        self.issued = issued
    }

    var principal: Principal {
        Principal(
            name: issuer, role: .trainee, bounds: bounds, expires: Date(timeIntervalSince1970: Double(expires)),
            issued: Date(timeIntervalSince1970: Double(issued ?? expires - Int64(Self.longestLife))))
    }
}

/// Issues and checks the tickets of one installation.
struct Tickets: Sendable {
    let secret: SessionSecret
    let keys: APIKeys
    let now: @Sendable () -> Date

    func issue(_ bounds: Ticket.Bounds, by issuer: Principal, for seconds: Int) throws -> (text: String, expires: Date)
    {
        let issued = Int64(now().timeIntervalSince1970.rounded(.down))
        let expires = issued + Int64(seconds)
        let ticket = Ticket(
            issuer: issuer.name, key: keys.fingerprint(of: issuer.name, with: secret), bounds: bounds, expires: expires,
            issued: issued)
        return (try ticket.text(signedWith: secret), Date(timeIntervalSince1970: Double(expires)))
    }

    /// The ticket with this text, expired or not; nil if we did not issue it.
    func ticket(_ text: some StringProtocol) -> Ticket? { Ticket(text, signedWith: secret) }

    /// False once the ticket has expired, or the key that asked for it is gone, has another secret, or may not create
    /// sessions any more.
    func isValid(_ ticket: Ticket) -> Bool {
        guard ticket.expires > Int64(now().timeIntervalSince1970) else { return false }
        guard !keys.isEmpty else { return true }
        guard let role = keys.role(of: ticket.issuer), [.client, .admin].contains(role) else { return false }
        return ticket.key == keys.fingerprint(of: ticket.issuer, with: secret)
    }

    static let expired = Problem(
        .unauthorized, .ticketExpired, "The ticket is no longer valid. Get a new one from POST /api/tickets.",
        headers: [.wwwAuthenticate: #"Bearer realm="bat-vr-trainer""#])
}
