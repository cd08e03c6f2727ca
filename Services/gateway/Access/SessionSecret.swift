import Bootstrap
import Foundation
import Secrets

/// The key that signs cookies and from which repeatable session tokens are derived.
struct SessionSecret: Sendable {
    static let setting = Setting<String?>(
        "SESSION_SECRET", allowed: "a real value of at least 32 characters", default: .some(nil),
        defaultText: "generated, and kept in DATA_DIR", secret: true,
        meaning: "signs the dashboard's cookies; the same for every gateway of one installation",
        parse: { $0.utf8.count >= 32 && !$0.hasSuffix("...") ? .some($0) : nil })

    private static let fileName = ".session-secret"

    private let key: [UInt8]

    init(_ text: String) {
        key = Array(text.utf8)
    }

    /// The secret stored in a folder, generated at the first start and readable only by its owner.
    ///
    /// - Throws: `SettingError` when the secret can be neither read nor stored there.
    static func kept(in folder: String) throws -> SessionSecret {
        let path = "\(folder)/\(fileName)"
        let fresh = try RandomToken.make()
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw SettingError("DATA_DIR", "cannot be created: \(folder)")
        }
        // Several gateways may start at once: each writes its own draft, and the first to link it sets the secret.
        let draft = "\(path).\(fresh.prefix(8))"
        defer { unlink(draft) }
        let descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            // A read-only folder may already contain the secret.
            return try SessionSecret(read(path) ?? "", from: path)
        }
        defer { close(descriptor) }
        let bytes = Array(fresh.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw SettingError("DATA_DIR", "cannot be written: \(folder)")
        }
        guard link(draft, path) != 0 else { return SessionSecret(fresh) }
        return try SessionSecret(read(path) ?? "", from: path)
    }

    private init(_ text: String, from path: String) throws {
        guard text.utf8.count >= 32 else {
            throw SettingError("SESSION_SECRET", "is not set, and \(path) can be neither created nor read")
        }
        self.init(text)
    }

    private static func read(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }

    /// HMAC-SHA256 of `text` for one purpose; a code made for one purpose is not valid for another.
    func code(for purpose: StaticString, _ text: String) -> [UInt8] {
        HMACSHA256.code(of: "\(purpose)\u{0}\(text)".utf8, key: key)
    }
}
