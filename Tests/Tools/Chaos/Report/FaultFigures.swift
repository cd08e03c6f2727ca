/// The effect of one kind of fault on the calls in progress.
struct FaultFigures: Codable, Hashable, Sendable {
    var kind: FaultKind
    var count: Int
    /// Seconds from the loss of a connection to the next `ready`, for each connection lost to such a fault.
    var reconnect: Figures?
    /// The longest time without audio of each call, in seconds, from the fault to 15 s after it was over. This includes
    /// pauses in which the customer had nothing to say: compare with a run without faults.
    var silence: Figures?
}

extension FaultFigures {
    /// Window of a fault: seconds before it was recorded, and after everything was ready again.
    private static let margin = (before: 0.5, after: 15.0)

    static func of(_ faults: [FaultRecord], in calls: [CallPulse]) -> [FaultFigures] {
        Dictionary(grouping: faults, by: \.kind).map { kind, faults in
            var reconnects: [Double] = []
            var silences: [Double] = []
            for fault in faults {
                let over = fault.readyAt ?? fault.overAt ?? fault.at
                for call in calls {
                    reconnects += call.losses.compactMap { loss in
                        guard let backAt = loss.backAt, loss.lostAt >= fault.at - margin.before, loss.lostAt <= over + 1
                        else { return nil }
                        return backAt - loss.lostAt
                    }
                    if let silence = call.longestSilence(from: fault.at, to: over + margin.after) {
                        silences.append(silence)
                    }
                }
            }
            return FaultFigures(
                kind: kind, count: faults.count, reconnect: Figures(reconnects), silence: Figures(silences))
        }.sorted { $0.kind.rawValue < $1.kind.rawValue }
    }
}
