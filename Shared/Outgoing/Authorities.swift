import CX509
import Foundation

/// Certificate authorities that are trusted besides the system's, such as a company's own.
public struct Authorities: Hashable, Sendable {
    public struct Unusable: Error, CustomStringConvertible {
        public let description: String
    }

    private static let longestFile = 4 << 20

    /// PEM, at least one certificate. Other text between the certificates has no meaning.
    public let pem: [UInt8]

    /// - Throws: `Unusable` if the file cannot be read, holds no certificate, or one that is garbled.
    public init(file: String) throws(Unusable) {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw Unusable(description: "\(file) cannot be read")
        }
        guard bytes.count <= Self.longestFile else { throw Unusable(description: "\(file) is larger than 4 MiB") }
        let count = bytes.withUnsafeBytes { cx509_count($0.baseAddress, Int32($0.count)) }
        guard count != 0 else { throw Unusable(description: "\(file) holds no certificate in PEM") }
        guard count > 0 else { throw Unusable(description: "\(file) holds a certificate that cannot be read") }
        pem = Array(bytes)
    }
}
