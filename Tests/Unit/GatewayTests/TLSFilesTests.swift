import Bootstrap
import Foundation
import TestSupport
import Testing

@testable import GatewayService

@Suite struct TLSFilesTests {
    private func problem(_ certificate: String, _ key: String) -> String? {
        do {
            _ = try TLSFiles(certificate: certificate, key: key).configuration()
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `a certificate with its key is taken, and a wrong file is named with its fault`() throws {
        let authority = try TestAuthority()
        let own = try authority.identity(for: "trainer.example")
        let other = try authority.identity(for: "trainer.example")
        let expired = try authority.identity(for: "trainer.example", isExpired: true)
        #expect(problem(own.certificate, own.key) == nil)
        #expect(problem(own.certificate, other.key)?.hasPrefix("TLS_KEY does not belong to the certificate") == true)
        #expect(
            problem(own.certificate, try authority.encryptedKey(of: own))?.hasPrefix("TLS_KEY is encrypted") == true)
        #expect(problem(own.certificate, own.certificate)?.hasPrefix("TLS_KEY is not a PEM file of a private") == true)
        #expect(problem(own.certificate, "/nonexistent")?.hasPrefix("TLS_KEY names a file that cannot be") == true)
        #expect(problem(expired.certificate, expired.key)?.hasPrefix("TLS_CERT expired at 20") == true)
        #expect(problem(own.key, own.key)?.hasPrefix("TLS_CERT is not a PEM file of certificates") == true)
        #expect(problem("/nonexistent", own.key)?.hasPrefix("TLS_CERT names a file that cannot be read") == true)
    }
}
