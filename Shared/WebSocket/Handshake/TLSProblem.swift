import Foundation
import NIOSSL

/// Puts the error of a TLS handshake into one sentence: which host, and why.
enum TLSProblem {
    /// Reasons for which the next attempt would fail in the same way.
    private static let final = [
        "CERTIFICATE_VERIFY_FAILED", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "WRONG_VERSION_NUMBER",
        "NO_SHARED_CIPHER", "HANDSHAKE_FAILURE_ON_CLIENT_HELLO",
    ]

    /// Nil for an error that is not one of TLS.
    ///
    /// - Parameter certificate: what the server showed, if it came that far.
    static func failure(
        _ error: any Error, of host: String, certificate: NIOSSLCertificate?, now: Date = Date()
    ) -> WebSocketClient.Failure? {
        if let error = error as? NIOSSLExtraError {
            return error == .failedToValidateHostname
                ? .tls("the certificate of \(host) is not accepted: it is for another name", isFinal: true) : nil
        }
        guard case .handshakeFailed(let cause)? = error as? NIOSSLError else { return nil }
        let reason = reason(of: cause)
        return .tls(
            sentence(reason, host, certificate, now), isFinal: reason.map { final.contains($0) } ?? false)
    }

    private static func sentence(
        _ reason: String?, _ host: String, _ certificate: NIOSSLCertificate?, _ now: Date
    ) -> String {
        switch reason {
        case "CERTIFICATE_VERIFY_FAILED": "the certificate of \(host) is not accepted: \(flaw(in: certificate, now))"
        case "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION": "\(host) does not speak TLS 1.2 or newer"
        case "WRONG_VERSION_NUMBER": "\(host) does not speak TLS on this port"
        case let reason?: "the TLS handshake with \(host) failed: \(reason)"
        case nil: "\(host) closed the connection during the TLS handshake"
        }
    }

    private static func flaw(in certificate: NIOSSLCertificate?, _ now: Date) -> String {
        let seconds = Int(now.timeIntervalSince1970)
        if let certificate, certificate.notValidAfter < seconds { return "it has expired" }
        if let certificate, certificate.notValidBefore > seconds { return "it is not valid yet" }
        return "nobody that this machine trusts has signed it; CA_FILE adds an authority"
    }

    /// The name that the TLS library gives the reason. Its own description also names a source file.
    static func reason(of cause: BoringSSLError) -> String? {
        guard case .sslError(let stack) = cause else { return nil }
        // error:<code>:<library>:OPENSSL_internal:<REASON> at <file>:<line>
        let names = stack.compactMap { error -> String? in
            let text = "\(error)"
            guard let mark = text.range(of: "OPENSSL_internal:") else { return nil }
            return String(text[mark.upperBound...].prefix { !$0.isWhitespace })
        }
        return names.first
    }
}

extension WebSocketClient {
    /// An error of an open connection for the log, without the source files that errors of TLS name.
    public static func description(of error: any Error) -> String {
        guard let error = error as? BoringSSLError else { return "\(error)" }
        return "TLS failed: \(TLSProblem.reason(of: error) ?? "the connection ended")"
    }
}
