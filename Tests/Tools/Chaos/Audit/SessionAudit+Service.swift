import Domain

extension SessionAudit {
    /// How long a client may take to return, from its first attempt after its gateway or relay is ready again, in
    /// seconds.
    static let returnLimit = 2.0
    /// A connection may break this long before the recorded time of a fault and after its end, in seconds.
    private static let faultMargin = (before: 0.5, after: 5.0)

    /// HTTP statuses are those that a correct client may get.
    func statuses() -> [Flaw] {
        call.entries.compactMap { entry in
            switch entry.what {
            case .answered(let request, let status, let code):
                // 0 means no answer at all, as from a killed gateway.
                guard status != 0, !(200...299).contains(status), ![409, 410, 429, 503].contains(status) else {
                    return nil
                }
                return flaw(
                    .unexpected, .statusBelongs, "\(request) was answered \(status) \(code ?? "")",
                    seen: moment(entry.at))
            case .refused(_, let status, let code):
                guard status != 0, ![409, 410, 429, 503].contains(status) else { return nil }
                return flaw(
                    .unexpected, .statusBelongs, "the connection was refused with \(status) \(code ?? "")",
                    seen: moment(entry.at))
            default: return nil
            }
        }
    }

    /// Close codes are those that a correct client may get, and a connection that breaks without one (1006) has a
    /// cause.
    func closings() -> [Flaw] {
        let dropped = call.entries.reduce(into: Set<Int>()) { dropped, entry in
            if case .dropped(let connection) = entry.what { dropped.insert(connection) }
        }
        return call.entries.prefix { !$0.isOver }.compactMap { entry in
            guard case .closed(let connection, let code) = entry.what, !dropped.contains(connection) else { return nil }
            let seen = "connection \(connection), \(moment(entry.at))"
            if code == 1006 {
                return isExplained(entry.at)
                    ? nil : flaw(.unexpected, .dropHasACause, "the connection broke, and no fault was near", seen: seen)
            }
            guard ![1000, 1001, 1011, 4408, 4410, 4429, 4503].contains(code) else { return nil }
            return flaw(.unexpected, .closeCodeBelongs, "closed with \(code)", seen: seen)
        }
    }

    /// Whether a fault that breaks connections happened around this time.
    private func isExplained(_ at: Double) -> Bool {
        faults.contains { fault in
            fault.hitsConnections && at >= fault.at - Self.faultMargin.before
                && at <= (fault.readyAt ?? fault.overAt ?? fault.at) + Self.faultMargin.after
        }
    }

    /// A client whose gateway or relay was killed is back soon after the service is ready again. Measured from the
    /// client's first attempt after that: the pause before an attempt is up to the client.
    func returns() -> [Flaw] {
        faults.compactMap { fault in
            guard [.kill, .kill2, .disk].contains(fault.kind), fault.hitsConnections, let readyAt = fault.readyAt,
                let loss = call.losses.first(where: {
                    $0.lostAt >= fault.at - Self.faultMargin.before && $0.lostAt <= readyAt
                })
            else { return nil }
            guard let backAt = loss.backAt else { return nil }
            let attempt = call.entries.first { entry in
                if case .connecting = entry.what { entry.at >= readyAt } else { false }
            }
            // An attempt that was in flight when the service became ready counts as well.
            guard let attempt, attempt.at < backAt, backAt - attempt.at > Self.returnLimit else { return nil }
            return flaw(
                .unexpected, .clientReturnsSoon,
                "back \(moment(backAt - attempt.at)) after its first attempt; \(fault.target) was ready at \(moment(readyAt))",
                seen: moment(backAt))
        }
    }

    /// The caller reached the end of the call, and the caller or the customer ended it.
    func service() -> [Flaw] {
        var flaws: [Flaw] = []
        if let why = call.gaveUp {
            flaws.append(flaw(.stuck, .callerIsServed, "the caller gave up: \(why)"))
        }
        if let trigger = evidence.record?.endTrigger, call.gaveUp == nil {
            let isProper = ["end_session", "end_conversation:", "supervisor:"].contains { trigger.hasPrefix($0) }
            if !isProper {
                flaws.append(
                    flaw(
                        .lost, .callIsNotCutShort, "the server ended the call: \(trigger)",
                        seen: messages.first { $0.type == "session_ended" }.map { moment($0.at) }))
            }
        }
        return flaws
    }
}
