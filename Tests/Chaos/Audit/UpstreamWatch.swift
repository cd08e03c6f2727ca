import Domain
import Foundation
import HTTPClient

/// Collects what the simulator tells of its sessions; it keeps the latest thousand, so it is asked again and again.
actor UpstreamWatch {
    private struct Answer: Decodable {
        struct Session: Decodable {
            var id: String
            var errorCodes: [String]
        }

        var sessions: [Session]
    }

    private static let interval = Duration.seconds(30)

    private let address: String
    /// A file for each of the simulator's sessions, with every event that came in.
    private let log: URL
    private var errorCodes: [String: [String]] = [:]

    init(simulator: URL, log: URL) {
        address = simulator.absoluteString.replacing("/v1", with: "/simulator/sessions")
        self.log = log
    }

    /// Until the calling task is cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.interval)
            await look()
        }
    }

    func look() async {
        guard let answer = try? await HTTPClient.shared.send(HTTPRequest("GET", address, bodyLimit: 256 << 20)),
            let sessions = try? JSONDecoder().decode(Answer.self, from: answer.body).sessions
        else { return }
        for session in sessions { errorCodes[session.id] = session.errorCodes }
    }

    /// Everything, once the simulator has been looked at for the last time.
    func sessions() -> [UpstreamSession] {
        errorCodes.sorted { $0.key < $1.key }.map { id, codes in
            UpstreamSession(id: id, errorCodes: codes, createdItems: Self.items(log.appending(path: "\(id).jsonl")))
        }
    }

    /// The ids of the items that were created. Nearly all lines are audio, which need not be read.
    private static func items(_ file: URL) -> [String] {
        guard let bytes = try? Data(contentsOf: file, options: .mappedIfSafe) else { return [] }
        let type = Data("conversation.item.create\"".utf8)
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.prefix(200).range(of: type) != nil else { return nil }
            return (try? JSONDecoder().decode(JSONValue.self, from: line))?["item"]?["id"]?.string
        }
    }
}
