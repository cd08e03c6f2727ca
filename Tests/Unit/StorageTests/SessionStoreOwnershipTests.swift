import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// Who may write to a live session, whichever store it is in.
@Suite struct SessionStoreOwnershipTests {
    private func claim(
        _ id: SessionID, as cell: String, in store: any SessionStore, from allowed: Set<String> = []
    ) async throws -> Claim {
        let claimant = Claimant(cell: cell, relay: "\(cell)-r1") { owner in
            owner.map { $0.cell == cell || allowed.contains($0.cell) } ?? true
        }
        return try await store.claim(
            id, as: claimant, phase: .connecting, startedAt: Date(timeIntervalSince1970: 1_730_023_200),
            realtimeModel: "m")
    }

    private func epoch(_ claim: Claim) -> Int? { if case .taken(_, let epoch) = claim { epoch } else { nil } }

    private func expectFenced(_ body: () async throws -> Void) async {
        do {
            try await body()
            Issue.record("it was not refused")
        } catch {
            #expect((error as? StorageError)?.code == .fenced, "\(error)")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a session that its owner has let go belongs to nobody, and its epochs go on`(kind: StoreUnderTest)
        async throws
    {
        try await kind.run { store, time in
            let id = try await store.create(.sample()).record.sessionId
            _ = try await claim(id, as: "a", in: store)
            try await store.release(id, by: 7)
            #expect(try await store.access(to: id)?.owner == Ownership(cell: "a", epoch: 1), "that was not the owner")
            try await store.release(id, by: 1)
            #expect(try await store.access(to: id)?.owner?.isReleased == true)
            let released = time.now
            func left(since date: Date) async throws -> [SessionID] {
                try await store.sessions(ownedOutside: ["a", "b"], releasedBefore: date, limit: 5)
            }
            #expect(try await left(since: released - 1).isEmpty, "its client may come first")
            #expect(try await left(since: released + 1) == [id], "any cell may take it")
            #expect(epoch(try await claim(id, as: "b", in: store, from: [""])) == 2)
            await expectFenced { try await store.record([.utterance(1, "late")], of: id, by: 1) }
            try await store.release(id, by: 1)
            #expect(try await store.access(to: id)?.owner == Ownership(cell: "b", epoch: 2))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a session has one owner, and each takeover begins an epoch`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            #expect(try await store.session(id)?.owner == nil)
            #expect(epoch(try await claim(id, as: "a", in: store)) == 1)
            #expect(try await store.access(to: id)?.owner == Ownership(cell: "a", epoch: 1))
            guard case .held(let owner) = try await claim(id, as: "b", in: store) else {
                Issue.record("a foreign session was taken")
                return
            }
            #expect(owner == Ownership(cell: "a", epoch: 1))
            #expect(epoch(try await claim(id, as: "a", in: store)) == 2, "another relay of the cell")
            #expect(epoch(try await claim(id, as: "b", in: store, from: ["a"])) == 3)
            #expect(try await store.owners(of: [id]) == [id: Ownership(cell: "b", epoch: 3)])
            #expect(try await store.session(id)?.relay == "b-r1")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `of several that take over at the same time, each gets an epoch of its own`(kind: StoreUnderTest)
        async throws
    {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            _ = try await claim(id, as: "dead", in: store)
            let claims = try await withThrowingTaskGroup(of: Claim.self) { group in
                for cell in ["a", "b", "c"] {
                    group.addTask { try await claim(id, as: cell, in: store, from: ["dead"]) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(claims.compactMap(epoch) == [2], "the others find a living owner")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what an earlier owner writes is refused, and what it wrote before stays`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            _ = try await claim(id, as: "a", in: store)
            try await store.record([.utterance(1, "Hello"), .attitude(2, 4)], of: id, by: 1)
            _ = try await claim(id, as: "b", in: store, from: ["a"])
            await expectFenced { try await store.record([.utterance(3, "old")], of: id, by: 1) }
            await expectFenced { try await store.record([.attitude(3, 9)], of: id, by: 1) }
            await expectFenced { _ = try await store.end(id, with: .sample([]), by: 1) }
            #expect(try await store.session(id)?.finalAttitude == 4)
            try await store.record([.utterance(1, "Hello"), .utterance(3, "new")], of: id, by: 2)
            #expect(try await store.facts(of: id).map(\.seq) == [1, 2, 3])
            #expect(try await store.epochs(of: id) == [1: 1, 2: 1, 3: 2])
            let facts: [RecordedFact] = [.utterance(1, "Hello"), .attitude(2, 4), .utterance(3, "new")]
            let ended = try await store.end(id, with: .sample(facts), by: 2)
            #expect(ended.transcript.map(\.text) == ["Hello", "new"])
        }
    }

    /// A writer that was checked, and paused before it wrote, as one can only be made in MongoDB.
    @Test(arguments: StoreUnderTest.allCases)
    func `facts that an earlier owner stored late give way to the owner's`(kind: StoreUnderTest) async throws {
        try await kind.run { store, _ in
            let id = try await store.create(.sample()).record.sessionId
            _ = try await claim(id, as: "a", in: store)
            try await store.record([.utterance(1, "Hello")], of: id, by: 1)
            // Stored in the first epoch, though the next owner has not read them.
            try await store.record([.utterance(2, "stale"), .event(3, id: "e1"), .event(4, id: "e9")], of: id, by: 1)
            _ = try await claim(id, as: "b", in: store, from: ["a"])
            let own: [RecordedFact] = [.event(2, id: "e1"), .utterance(3, "new")]
            try await store.record(own, of: id, by: 2)
            let facts = try await store.facts(of: id)
            #expect(facts.prefix(3).map(\.seq) == [1, 2, 3])
            #expect(Array(facts.dropFirst().prefix(2)) == own)
            let all = [.utterance(1, "Hello")] + own
            let ended = try await store.end(id, with: .sample(all), by: 2)
            #expect(ended.transcript.map(\.text) == ["Hello", "new"])
            #expect(ended.events.compactMap(\.eventId) == ["e1"], "neither twice nor what the owner never had")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `relays tell how they are, and sessions of absent cells are found`(kind: StoreUnderTest) async throws {
        try await kind.run { store, time in
            let member = CellMember(
                cell: "a", instance: "r1", beat: 5, heartbeat: Date(timeIntervalSince1970: 1_730_023_200), sessions: 3,
                isDraining: true, address: "http://10.0.0.7:3001")
            try await store.beat(member)
            var later = member
            later.beat = 6
            later.address = nil
            try await store.beat(later)
            try await store.beat(CellMember(cell: "b", instance: "r1", beat: 1, heartbeat: member.heartbeat))
            let members = try await store.cellMembers().sorted { $0.cell < $1.cell }
            #expect(members.first == later)
            #expect(members.map(\.cell) == ["a", "b"])

            var ids: [SessionID] = []
            for cell in ["a", "b", "c"] {
                let id = try await store.create(.sample()).record.sessionId
                _ = try await claim(id, as: cell, in: store)
                ids.append(id)
                time.advance(1)
            }
            // Neither one that nobody has begun nor one that has ended.
            _ = try await store.create(.sample())
            let ended = try await store.create(.sample()).record.sessionId
            _ = try await claim(ended, as: "c", in: store)
            _ = try await store.end(ended, with: .sample([]), by: 1)
            #expect(
                try await store.sessions(
                    ownedOutside: ["a", "b"], releasedBefore: Date(timeIntervalSince1970: 0), limit: 10) == [ids[2]])
            #expect(
                Set(
                    try await store.sessions(
                        ownedOutside: [], releasedBefore: Date(timeIntervalSince1970: 0), limit: 10)) == Set(ids))
            #expect(
                try await store.sessions(ownedOutside: [], releasedBefore: Date(timeIntervalSince1970: 0), limit: 1)
                    .count == 1)
        }
    }
}
