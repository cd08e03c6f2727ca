import Domain
import Foundation

/// Which instances of a service there are: the sockets in its folder.
struct ServiceFolder: Sendable {
    let service: ServiceName
    private let sockets: SocketDirectory

    init(of service: ServiceName, in sockets: SocketDirectory) {
        self.service = service
        self.sockets = sockets
    }

    /// Sorted names. A socket that refuses connections is among them until it is removed.
    func instances() -> [String] {
        names(ending: ".sock")
    }

    private func names(ending suffix: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: sockets.folder(of: service))) ?? []
        return names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    }

    /// Removes the sockets that dead processes left.
    ///
    /// - Parameter own: the instance that does this; its own socket stays.
    /// - Returns: the names of the instances whose sockets are gone.
    func removeDead(besides own: String) -> [String] {
        for name in names(ending: ".stop") where name != own {
            if let path = try? path(of: name) {
                _ = SocketFile(path: SocketDirectory.stopping(path)).removeIfDead()
            }
        }
        return instances().filter {
            $0 != own && ((try? path(of: $0)).map { SocketFile(path: $0).removeIfDead() } ?? false)
        }
    }

    func has(_ instance: String) -> Bool {
        (try? path(of: instance)).map { FileManager.default.fileExists(atPath: $0) } ?? false
    }

    func path(of instance: String) throws -> String {
        try sockets.socket(of: service, instance: instance)
    }
}
