import Domain

extension SupervisorMessage.Snapshot {
    /// What of the conversation a snapshot may hold, in bytes as they are here; as JSON it can be six times as much,
    /// which is still less than a packet may have. Hours of conversation take a tenth of it.
    public static let mostBytes = 2 << 20

    /// Itself if it is small enough, otherwise shortened, and marked so: the data of large events is left out, then
    /// long texts are cut, then the oldest events and utterances are left out. A session too large to be passed on is
    /// that session's own matter.
    public func fitted(to limit: Int = mostBytes) -> Self {
        guard weight > limit else { return self }
        var snapshot = self
        snapshot.isShortened = true
        for largest in [8_192, 1_024, 256] where snapshot.weight > limit {
            for index in snapshot.events.indices where snapshot.events[index].data.weight > largest {
                snapshot.events[index].data = ["omitted": "too large"]
            }
        }
        for longest in [4_096, 1_024] where snapshot.weight > limit {
            for index in snapshot.transcript.indices {
                snapshot.transcript[index].text = snapshot.transcript[index].text.shortened(toBytes: longest)
            }
        }
        var most = 4_096
        while snapshot.weight > limit, most > 0 {
            snapshot.events.removeFirst(max(0, snapshot.events.count - most))
            snapshot.transcript.removeFirst(max(0, snapshot.transcript.count - most))
            snapshot.findings.removeFirst(max(0, snapshot.findings.count - most))
            most /= 4
        }
        return snapshot
    }

    /// Approximate size of what grows with the conversation, in bytes.
    private var weight: Int {
        transcript.reduce(0) { $0 + 160 + $1.text.utf8.count }
            + events.reduce(0) { $0 + 160 + ($1.eventId?.utf8.count ?? 0) + $1.data.weight }
            + findings.reduce(0) { $0 + 400 + $1.message.utf8.count + ($1.evidence.text?.utf8.count ?? 0) }
            + (unjudged?.reduce(0) { $0 + 3 + $1.utf8.count } ?? 0)
    }
}
