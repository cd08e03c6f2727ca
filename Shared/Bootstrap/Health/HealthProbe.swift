import Domain
import Foundation

/// Asks a process of this machine over its Unix socket whether it is alive. Blocks, and needs no other program, so that
/// a health check costs little.
struct HealthProbe {
    private let service: ServiceName
    private let sockets: SocketDirectory
    /// Nil without `INSTANCE_ID`: then any process of this service and host will do.
    private let instance: String?

    init(of service: ServiceName, config: Settings) throws(SettingError) {
        let values = config.values(of: CommonSettings.self)
        self.service = service
        self.sockets = SocketDirectory(root: try values.sockets)
        self.instance = try values.instance.map { CommonSettings.instanceName($0) }
    }

    /// - Returns: why no process answers; nil if one does.
    func problem() -> String? {
        let paths = paths()
        var problems: [String] = []
        for path in paths {
            guard let problem = StatusSocket(path: path).problem() else { return nil }
            problems.append("\(path): \(problem)")
        }
        return problems.isEmpty ? "no socket in \(sockets.folder(of: service))" : problems.joined(separator: "; ")
    }

    /// The process's socket, and the one that it keeps while it stops.
    private func paths() -> [String] {
        instances().compactMap { try? sockets.socket(of: service, instance: $0) }
            .flatMap { [$0, SocketDirectory.stopping($0)] }
            .filter { FileManager.default.fileExists(atPath: $0) }
    }

    private func instances() -> [String] {
        if let instance { return [instance] }
        let own = CommonSettings.instanceName("%H-")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: sockets.folder(of: service))) ?? []
        let instances = names.filter { $0.hasPrefix(own) && ($0.hasSuffix(".sock") || $0.hasSuffix(".stop")) }
        return Set(instances.map { String($0.dropLast(5)) }).sorted()
    }
}
