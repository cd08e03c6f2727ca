public import Foundation

extension Diagnosis {
    /// In bytes: less stops the work soon, and less than the second is soon used up.
    private static let (leastSpace, littleSpace) = (Int64(200) << 20, Int64(2) << 30)
    private static let fewFiles = 1_000

    /// A folder that a process writes to.
    ///
    /// - Parameter setting: the variable that names it.
    public static func folder(_ setting: String, _ path: String) -> Diagnosis {
        var isFolder: ObjCBool = false
        var existing = URL(fileURLWithPath: path).standardizedFileURL
        while !FileManager.default.fileExists(atPath: existing.path, isDirectory: &isFolder), existing.path != "/" {
            existing.deleteLastPathComponent()
        }
        guard isFolder.boolValue else {
            return .wrong(setting, "\(existing.path) is not a folder", do: "Name a folder, or remove the file.")
        }
        guard access(existing.path, W_OK | X_OK) == 0 else {
            return .wrong(
                setting, "\(existing.path): \(String(cString: strerror(errno)))",
                do: "Give it to the user of this process (uid \(geteuid())).")
        }
        var space = statvfs()
        guard statvfs(existing.path, &space) == 0 else { return .fine(setting, path) }
        return Self.space(
            setting, path, bytes: Int64(clamping: space.f_bavail).multipliedOrMost(by: Int64(clamping: space.f_frsize)),
            files: space.f_files == 0 ? nil : Int(clamping: space.f_favail))
    }

    /// - Parameter files: how many more files the file system takes; nil if it knows no limit.
    static func space(_ setting: String, _ path: String, bytes: Int64, files: Int?) -> Diagnosis {
        let free = "\(bytes >> 20) MiB are free at \(path)"
        if let files, files < fewFiles {
            return .wrong(setting, "only \(files) more files fit at \(path)", do: "Make room there.")
        }
        if bytes < leastSpace { return .wrong(setting, "only \(free)", do: "Make room there.") }
        if bytes < littleSpace { return .doubtful(setting, "only \(free)", do: "Make room there soon.") }
        return .fine(setting, free)
    }

    /// Seconds: leases and heartbeats last ten to twenty.
    private static let (noticeable, harmful): (TimeInterval, TimeInterval) = (2, 8)

    /// Whether this machine's clock and another's agree.
    ///
    /// - Parameters:
    ///   - theirs: what the other's showed at some moment between `asked` and `answered`.
    ///   - resolution: of the other's, in seconds.
    public static func clock(
        _ theirs: Date, of other: String, asked: Date, answered: Date, resolution: TimeInterval = 0
    ) -> Diagnosis {
        let late = asked.timeIntervalSince(theirs)
        let early = theirs.timeIntervalSince(answered)
        let off = max(0, max(late, early) - resolution)
        let finding = String(format: "%.1f s off that of %@", off, other)
        let advice = "Let both machines keep time (systemd-timesyncd, chrony)."
        if off > harmful { return .wrong("clock", finding, do: advice) }
        if off > noticeable { return .doubtful("clock", finding, do: advice) }
        return .fine("clock", "agrees with that of \(other)")
    }

    private static let soon = 90

    /// What a server says about a model.
    ///
    /// - Parameters:
    ///   - setting: the variable that names it.
    ///   - isListed: nil if the server has no list.
    public static func model(
        _ setting: String, _ name: String, isListed: Bool?, shutdown: Date?, now: Date
    ) -> Diagnosis {
        if let shutdown {
            let day = shutdown.ISO8601Format().prefix(10)
            let days = Int((shutdown.timeIntervalSince(now) / 86_400).rounded(.down).clamped(to: -100_000...100_000))
            if days < 0 { return .wrong(setting, "\(name) was shut down on \(day)", do: "Set another model.") }
            if days <= soon {
                return .doubtful(setting, "\(name) is shut down on \(day), in \(days) days", do: "Set another model.")
            }
            return .fine(setting, "\(name) answers until \(day)")
        }
        guard let isListed else { return .fine(setting, "\(name); the server has no list of models") }
        return isListed
            ? .fine(setting, "\(name), and no date of its end is known")
            : .doubtful(
                setting, "\(name) is not in the server's list of models",
                do: "Look whether the name is right and the key may use it.")
    }
}

extension Int64 {
    fileprivate func multipliedOrMost(by factor: Int64) -> Int64 {
        let (value, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : value
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
