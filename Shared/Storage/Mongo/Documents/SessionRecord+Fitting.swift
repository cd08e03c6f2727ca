import Domain

extension SessionRecord {
    /// The `data` of the system event which says that parts of the record were left out.
    static let isShortened = "Record_Shortened"
    /// A text of this size is not shortened further, in bytes.
    private static let shortText = 1_000

    /// Shrinks a record that MongoDB would refuse, because a session that cannot be stored would never end. What may
    /// be large and tells least goes first: the data of the largest events, the steps of all verdicts but the last, the
    /// ends of the longest texts, and at last the oldest entries. Each place says that something is missing; the facts
    /// keep it.
    mutating func fit(into limit: Int) throws {
        var size = try encodedSize
        if size > limit {
            try omitData(toSave: size - limit)
            size = try encodedSize
        }
        if size > limit {
            shortenVerdicts()
            shortenTexts(toSave: try encodedSize - limit)
            size = try encodedSize
        }
        var most = 4_096
        while size > limit, most > 0 {
            dropOldest(keeping: most)
            most /= 4
            size = try encodedSize
        }
    }

    private var encodedSize: Int {
        get throws { BSONWriter.bytes(of: try SessionDocument.fields(of: self)).count }
    }

    private mutating func omitData(toSave bytes: Int) throws {
        var excess = bytes
        let sizes = try events.map { BSONWriter.bytes(of: try BSONEncoder.document($0)).count }
        for index in events.indices.sorted(by: { sizes[$0] > sizes[$1] }) where excess > 0 && sizes[index] > 512 {
            events[index].data = ["omitted": "too large", "bytes": .integer(Int64(sizes[index]))]
            excess -= max(0, sizes[index] - 256)
        }
    }

    private mutating func shortenVerdicts() {
        for index in supervisorLogs.indices.dropLast() where supervisorLogs[index].verdict?.salesSteps.isEmpty == false
        {
            supervisorLogs[index].verdict?.salesSteps = []
            supervisorLogs[index].verdict?.flags.append("shortened")
        }
    }

    private mutating func shortenTexts(toSave bytes: Int) {
        var excess = bytes
        let sizes = transcript.map(\.text.utf8.count)
        for index in transcript.indices.sorted(by: { sizes[$0] > sizes[$1] })
        where excess > 0 && sizes[index] > Self.shortText {
            transcript[index].text = transcript[index].text.shortened(toBytes: Self.shortText)
            excess -= sizes[index] - Self.shortText
        }
        guard excess > 0 else { return }
        for index in findings.indices {
            findings[index].message = findings[index].message.shortened(toBytes: Self.shortText)
            findings[index].evidence.text = findings[index].evidence.text?.shortened(toBytes: Self.shortText)
        }
    }

    private mutating func dropOldest(keeping most: Int) {
        supervisorLogs.removeFirst(max(0, supervisorLogs.count - most))
        attitudeCurve.removeFirst(max(0, attitudeCurve.count - most))
        moodHistory.removeFirst(max(0, moodHistory.count - most))
        findings.removeFirst(max(0, findings.count - most))
        outcomeClaims.removeFirst(max(0, outcomeClaims.count - most))
        transcript.removeFirst(max(0, transcript.count - most))
        events.removeFirst(max(0, events.count - most))
        let time = events.last?.time ?? 0
        if !events.contains(where: { $0.type == .system && $0.data == .string(Self.isShortened) }) {
            events.append(SessionEvent(time: time, type: .system, data: .string(Self.isShortened)))
        }
    }
}
