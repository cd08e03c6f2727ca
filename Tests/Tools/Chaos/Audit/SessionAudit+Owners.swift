import Domain

extension SessionAudit {
    /// Once a client was made ready on one connection, nobody tells it anything on an earlier one: an owner that has
    /// lost the session would.
    func owners() -> [Flaw] {
        var latest = 0
        var flaws: [Flaw] = []
        for message in messages {
            if message.type == "ready" { latest = max(latest, message.connection) }
            guard message.connection < latest, !["error", "going_away"].contains(message.type) else { continue }
            flaws.append(
                flaw(
                    .doubled, .oneOwnerTells,
                    "\(message.type) came on connection \(message.connection) after connection \(latest) was ready",
                    seen: moment(message.at)))
        }
        return flaws
    }
}
