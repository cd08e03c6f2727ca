import Domain
import Foundation

/// Counts the errors in all process logs of a folder.
enum LoggedErrors {
    static func count(in folder: URL) -> [String: Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var counts: [String: Int] = [:]
        for name in names where name.hasSuffix(".log") {
            guard let text = try? Data(contentsOf: folder.appending(path: name), options: .mappedIfSafe) else {
                continue
            }
            let process = name.split(separator: "-").first.map(String.init) ?? name
            for line in text.split(separator: UInt8(ascii: "\n")) {
                // Nearly all lines have another level and are not decoded.
                guard line.prefix(120).range(of: Data("\"level\":\"".utf8)) != nil,
                    let json = try? JSONDecoder().decode(JSONValue.self, from: line),
                    let level = json["level"]?.string, ["error", "critical"].contains(level)
                else { continue }
                counts["\(process): \(json["msg"]?.string ?? "")", default: 0] += 1
            }
        }
        return counts
    }
}
