/// Memory and processor time of one process over a run.
struct ProcessFigures: Codable, Hashable, Sendable {
    var process: String
    /// Number of starts; with several, the memory figures say little.
    var lives: Int
    /// Resident memory in kB, after the first 60 s.
    var firstKB: Double
    var medianKB: Double
    var maxKB: Double
    var lastKB: Double
    /// Memory growth in kB per 1,000 finished calls: the slope of a least-squares line through all samples. Nil if the
    /// number of finished calls did not change.
    var slopeKB: Double?
    /// Processor time as a fraction of one core; may exceed 1.
    var cpu: Double

    /// Warm-up in seconds, until memory has settled. Its samples are ignored if there are later ones.
    static let warmUp = 60.0

    /// - Parameter samples: samples of one process, in order.
    init?(_ process: String, _ samples: [ProcessSample]) {
        let settled = samples.filter { $0.at >= Self.warmUp }
        let counted = settled.isEmpty ? samples : settled
        guard let first = counted.first, let last = counted.last,
            let figures = Figures(counted.map(\.residentKB))
        else { return nil }
        self.process = process
        lives = Set(samples.map(\.pid)).count
        firstKB = first.residentKB
        medianKB = figures.median
        maxKB = figures.max
        lastKB = last.residentKB
        slopeKB = Self.slope(counted.map { (Double($0.finishedCalls) / 1_000, $0.residentKB) })
        let pairs = zip(samples, samples.dropFirst()).filter { $0.pid == $1.pid }
        let seconds = pairs.reduce(0) { $0 + $1.1.at - $1.0.at }
        cpu = seconds > 0 ? pairs.reduce(0) { $0 + $1.1.cpuSeconds - $1.0.cpuSeconds } / seconds : 0
    }

    /// Slope of the least-squares line.
    static func slope(_ points: [(x: Double, y: Double)]) -> Double? {
        guard points.count > 1 else { return nil }
        let count = Double(points.count)
        let meanX = points.reduce(0) { $0 + $1.x } / count
        let meanY = points.reduce(0) { $0 + $1.y } / count
        let variance = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        guard variance > 0 else { return nil }
        return points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / variance
    }
}
