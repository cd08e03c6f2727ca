import Bootstrap
import Foundation
import NIOSSL

/// The files of the certificate that the gateway shows to its clients.
struct TLSFiles {
    var certificate: String
    var key: String

    /// - Throws: `SettingError`, which names the file at fault and what is wrong with it.
    func configuration(now: Date = Date()) throws(SettingError) -> TLSConfiguration {
        let chain = try chain(now)
        let key = try privateKey()
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw SettingError("TLS_KEY", "does not belong to the certificate in TLS_CERT: \(self.key)")
        }
        return configuration
    }

    private func chain(_ now: Date) throws(SettingError) -> [NIOSSLCertificate] {
        let pem = try Self.contents(of: certificate, "TLS_CERT")
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(pem), let own = chain.first else {
            throw SettingError("TLS_CERT", "is not a PEM file of certificates: \(certificate)")
        }
        let end = Date(timeIntervalSince1970: TimeInterval(own.notValidAfter))
        guard end > now else {
            throw SettingError("TLS_CERT", "expired at \(end.ISO8601Format()), so no client accepts it: \(certificate)")
        }
        return chain
    }

    private func privateKey() throws(SettingError) -> NIOSSLPrivateKey {
        let pem = try Self.contents(of: key, "TLS_KEY")
        if String(decoding: pem, as: UTF8.self).contains("ENCRYPTED") {
            throw SettingError(
                "TLS_KEY", "is encrypted; openssl pkey -in \(key) -out another.pem writes it without a password")
        }
        guard let key = try? NIOSSLPrivateKey(bytes: pem, format: .pem) else {
            throw SettingError("TLS_KEY", "is not a PEM file of a private key: \(key)")
        }
        return key
    }

    private static func contents(of file: String, _ setting: String) throws(SettingError) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: file)))
        } catch {
            throw SettingError(setting, "names a file that cannot be read: \(file)")
        }
    }
}
