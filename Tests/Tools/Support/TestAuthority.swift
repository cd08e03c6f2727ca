import Foundation

/// A certificate authority of a test, and the certificates that it signs. They are made by the `openssl` program, so
/// that none lies in the repository and runs out.
public struct TestAuthority: Sendable {
    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    /// PEM files.
    public struct Identity: Sendable {
        public let certificate: String
        public let key: String
    }

    private let folder: URL

    /// The authority's own certificate, in PEM.
    public var file: String { path("ca.pem") }

    public init() throws {
        folder = try TestFolders.temporary("ca")
        try openssl(
            ["req", "-x509"] + Self.newKey(path("ca.key")) + [
                "-out", file, "-days", "30", "-subj", "/CN=Authority of the tests",
            ])
    }

    /// A certificate for this host, with its key.
    public func identity(for host: String, isExpired: Bool = false) throws -> Identity {
        let name = "\(host)-\(UInt32.random(in: .min ... .max))"
        let identity = Identity(certificate: path("\(name).pem"), key: path("\(name).key"))
        try Data("subjectAltName=DNS:\(host)".utf8).write(to: URL(filePath: path("\(name).ext")))
        try openssl(["req"] + Self.newKey(identity.key) + ["-out", path("\(name).csr"), "-subj", "/CN=\(host)"])
        try openssl([
            "x509", "-req", "-in", path("\(name).csr"), "-CA", file, "-CAkey", path("ca.key"), "-days",
            isExpired ? "-1" : "30", "-extfile", path("\(name).ext"), "-out", identity.certificate,
        ])
        return identity
    }

    /// The key of an identity, encrypted with a password.
    public func encryptedKey(of identity: Identity) throws -> String {
        let encrypted = identity.key + ".encrypted"
        try openssl(["pkey", "-in", identity.key, "-aes256", "-passout", "pass:secret", "-out", encrypted])
        return encrypted
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private static func newKey(_ path: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path]
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(description: "openssl \(arguments): \(text)") }
    }
}
