import Bootstrap
import Domain
import Foundation

/// What `/metrics` shows: this process and all others of the same sockets, because in a pod only the gateway's port is
/// open.
struct NeighbourMetrics: Sendable {
    static let alive = "bat_process_up"
    /// More are left out.
    private static let mostNeighbours = 100

    private struct Neighbour: Sendable {
        var service: ServiceName
        var instance: String
        var path: String
    }

    private let context: ServiceContext

    init(_ context: ServiceContext) {
        self.context = context
    }

    @Sendable func text() async -> String {
        var joined = JoinedMetrics()
        joined.add(context.metricsText(), of: context.service.rawValue, instance: context.instance)
        joined.add(
            "# TYPE \(Self.alive) gauge\n\(Self.alive) 1", of: context.service.rawValue, instance: context.instance)
        for (neighbour, page) in await pages() {
            joined.add(
                "# TYPE \(Self.alive) gauge\n\(Self.alive) \(page == nil ? 0 : 1)", of: neighbour.service.rawValue,
                instance: neighbour.instance)
            if let page { joined.add(page, of: neighbour.service.rawValue, instance: neighbour.instance) }
        }
        return joined.text
    }

    /// In a fixed order; nil for a process that does not answer.
    private func pages() async -> [(Neighbour, String?)] {
        let neighbours = neighbours()
        let pages = await withTaskGroup(of: (Int, String?).self) { group in
            for (index, neighbour) in neighbours.enumerated() {
                group.addTask { (index, await UnixStatus(path: neighbour.path).page("/metrics")) }
            }
            return await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        return neighbours.indices.map { (neighbours[$0], pages[$0]) }
    }

    /// Those that run, and those that stop.
    private func neighbours() -> [Neighbour] {
        let all = ServiceName.allCases.filter { $0 != .gateway }.flatMap { service -> [Neighbour] in
            let folder = context.sockets.folder(of: service)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.filter { $0.hasSuffix(".sock") || $0.hasSuffix(".stop") }.sorted().map {
                // One that stops beside the next of its name is another one.
                let instance = $0.hasSuffix(".sock") ? String($0.dropLast(5)) : $0
                return Neighbour(service: service, instance: instance, path: "\(folder)/\($0)")
            }
        }
        return Array(all.prefix(Self.mostNeighbours))
    }
}
