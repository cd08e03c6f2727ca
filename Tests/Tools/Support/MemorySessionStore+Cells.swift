public import Domain
public import Foundation
public import Storage

extension MemorySessionStore {
    public func beat(_ member: CellMember) async throws {
        try available()
        members["\(member.cell)/\(member.instance)"] = member
    }

    public func leave(_ member: CellMember) async throws {
        try available()
        members["\(member.cell)/\(member.instance)"] = nil
    }

    public func cellMembers() async throws -> [CellMember] {
        try available()
        return Array(members.values)
    }

    public func owners(of ids: [SessionID]) async throws -> [SessionID: Ownership] {
        try available()
        return Dictionary(
            ids.compactMap { id in entries[id]?.record.owner.map { (id, $0) } }, uniquingKeysWith: { first, _ in first }
        )
    }

    public func sessions(
        ownedOutside cells: Set<String>, releasedBefore date: Date, limit: Int
    ) async throws -> [SessionID] {
        try available()
        let records = entries.values.map(\.record).filter { record in
            record.status == .active && record.startedAt != nil
                && record.owner.map { $0.isReleased ? record.updatedAt < date : !cells.contains($0.cell) } ?? false
        }
        return records.sorted { ($0.startedAt ?? time) < ($1.startedAt ?? time) }.prefix(limit).map(\.sessionId)
    }
}
