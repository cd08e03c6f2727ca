public import Domain
public import Foundation

// Which cells live, and which of them runs a session.
extension MongoSessionStore {
    /// More relays than one database serves.
    private static let mostMembers = 10_000

    public func beat(_ member: CellMember) async throws {
        try await prepare()
        var document: BSONDocument = [
            "cell": .string(member.cell), "instance": .string(member.instance), "beat": .integer(member.beat),
            "heartbeat": .date(member.heartbeat.bsonMilliseconds), "sessions": .integer(member.sessions),
            "draining": .bool(member.isDraining),
        ]
        document["address"] = member.address.map { .string($0) }
        _ = try await cells.update(["_id": .string(member.id)], document, upsert: true)
    }

    public func leave(_ member: CellMember) async throws {
        try await cells.delete([.string(member.id)])
    }

    public func cellMembers() async throws -> [CellMember] {
        try await cells.find([:], limit: Self.mostMembers).compactMap { document in
            guard let cell = document["cell"]?.string, let instance = document["instance"]?.string,
                let beat = document["beat"]?.integer.flatMap({ Int(exactly: $0) })
            else { return nil }
            return CellMember(
                cell: cell, instance: instance, beat: beat,
                heartbeat: Date(bsonMilliseconds: document["heartbeat"]?.date ?? 0),
                sessions: document["sessions"]?.integer.flatMap { Int(exactly: $0) } ?? 0,
                isDraining: document["draining"] == true, address: document["address"]?.string)
        }
    }

    public func owners(of ids: [SessionID]) async throws -> [SessionID: Ownership] {
        guard !ids.isEmpty else { return [:] }
        let found = try await sessions.find(
            ["sessionId": ["$in": .array(ids.map { .string($0.text) })]], limit: ids.count,
            projection: ["sessionId": 1, "owner": 1])
        let owners = found.compactMap { document -> (SessionID, Ownership)? in
            guard let id = document["sessionId"]?.string.flatMap({ SessionID($0) }), let owner = Self.owner(document)
            else { return nil }
            return (id, owner)
        }
        return Dictionary(owners, uniquingKeysWith: { first, _ in first })
    }

    public func sessions(
        ownedOutside cells: Set<String>, releasedBefore date: Date, limit: Int
    ) async throws -> [SessionID] {
        let spared = cells.sorted().map { BSONValue.string($0) }
        return try await sessions.find(
            [
                "status": "active", "startedAt": ["$ne": .null],
                "$or": [
                    ["owner.cell": ["$nin": .array(spared + [.null, ""])]],
                    ["owner.cell": "", "updatedAt": ["$lt": .date(date.bsonMilliseconds)]],
                ],
            ],
            sort: ["startedAt": 1], limit: max(1, limit), projection: ["sessionId": 1]
        ).compactMap { $0["sessionId"]?.string.flatMap { SessionID($0) } }
    }
}
