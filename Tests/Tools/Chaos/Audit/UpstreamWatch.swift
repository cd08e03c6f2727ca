import Domain
import Foundation
import HTTPClient

/// Collects what the simulator reports about its sessions. The simulator keeps the latest thousand, so it is polled.
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
    /// Folder with one file per simulator session, which holds every event received.
    private let log: URL
    private var errorCodes: [String: [String]] = [:]

    init(simulator: URL, log: URL) {
        address = simulator.absoluteString.replacing("/v1", with: "/simulator/sessions")
        self.log = log
    }

    /// Polls until the calling task is cancelled.
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

    /// All sessions seen so far; call it after the last `look()`.
    func sessions() -> [UpstreamSession] {
        errorCodes.sorted { $0.key < $1.key }.map { id, codes in
            UpstreamSession(id: id, errorCodes: codes, createdItems: Self.items(log.appending(path: "\(id).jsonl")))
        }
    }

    /// Ids of the items that were created. Nearly all lines are audio and are not decoded.
    private static func items(_ file: URL) -> [String] {
        guard let bytes = try? Data(contentsOf: file, options: .mappedIfSafe) else { return [] }
        let type = Data("conversation.item.create\"".utf8)
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.prefix(200).range(of: type) != nil else { return nil }
            return (try? JSONDecoder().decode(JSONValue.self, from: line))?["item"]?["id"]?.string
        }
    }
}
