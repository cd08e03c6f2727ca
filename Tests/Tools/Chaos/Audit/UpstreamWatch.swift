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
            let file = log.appending(path: "\(id).jsonl")
            return UpstreamSession(
                id: id, errorCodes: codes, unreadable: codes.contains("invalid_json") ? Self.unreadable(file) : [],
                createdItems: Self.items(file))
        }
    }

    /// Of the first lines that are no JSON: their number, their length, and what they begin and end with.
    private static func unreadable(_ file: URL) -> [String] {
        guard let bytes = try? Data(contentsOf: file, options: .mappedIfSafe) else { return [] }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let faulty = lines.enumerated().lazy.filter { _, line in
            line.contains(0) || (try? JSONDecoder().decode(JSONValue.self, from: line)) == nil
        }
        return faulty.prefix(3).map { number, line in
            let nul = line.firstIndex(of: 0).map { ", NUL at \($0 - line.startIndex)" } ?? ""
            let (head, tail) = (
                String(decoding: line.prefix(120), as: UTF8.self), String(decoding: line.suffix(60), as: UTF8.self)
            )
            return
                "line \(number + 1) of \(lines.count), \(line.count) bytes\(nul): \(head.debugDescription) … \(tail.debugDescription)"
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
