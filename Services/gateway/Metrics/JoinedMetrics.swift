/// The metrics of several processes as one page (text format 0.0.4). Each series gets labels that say whose it is, and
/// the series of one name stand together, as the format demands.
struct JoinedMetrics {
    /// In bytes, of the pages together; the rest is left out.
    private static let limit = 16 << 20

    private struct Family {
        /// `# HELP` and `# TYPE`, of the process that named them first.
        var comments: [Substring] = []
        var series: [String] = []
    }

    private var families: [String: Family] = [:]
    private var bytes = 0

    /// - Parameters:
    ///   - process: `gateway`, `relay`, …
    ///   - instance: the name of its socket.
    mutating func add(_ page: String, of process: String, instance: String) {
        bytes += page.utf8.count
        guard bytes <= Self.limit else { return }
        // Not `instance` or `service`: Prometheus gives those to what it scrapes.
        let labels = #"process="\#(process)",process_instance="\#(Self.escaped(instance))""#
        var current = ""
        var isNew = false
        for line in page.split(separator: "\n") {
            if line.hasPrefix("# ") {
                let words = line.split(separator: " ", maxSplits: 3)
                guard words.count > 2 else { continue }
                let name = String(words[2])
                if name != current {
                    current = name
                    isNew = families[name] == nil
                }
                if isNew { families[name, default: Family()].comments.append(line) }
            } else if let series = Self.labelled(line, labels) {
                // A series belongs to the family whose name it begins with: `x_bucket` to `x`.
                let name = series.prefix { $0 != "{" }
                let family = name.hasPrefix(current) && !current.isEmpty ? current : String(name)
                families[family, default: Family()].series.append(series)
            }
        }
    }

    var text: String {
        families.sorted { $0.key < $1.key }.flatMap { $0.value.comments.map(String.init) + $0.value.series }
            .map { $0 + "\n" }.joined()
    }

    /// - Returns: nil for a line that is no series.
    private static func labelled(_ line: Substring, _ labels: String) -> String? {
        guard let first = line.first, first.isLetter || first == "_",
            let end = line.firstIndex(where: { $0 == "{" || $0 == " " })
        else { return nil }
        let rest = line[line.index(after: end)...]
        return line[end] == "{" ? "\(line[..<end]){\(labels),\(rest)" : "\(line[..<end]){\(labels)} \(rest)"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
