import Domain
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Storage

/// A disk that is full or fails, and the number of syncs.
@Suite struct JournalDiskTests {
    /// Intercepts the journal's calls to the kernel.
    private final class Disk: Sendable {
        private let state = Mutex((room: Int.max, syncs: 0, fails: false))

        var calls: FileCalls {
            FileCalls(
                write: { [self] descriptor, bytes, count in
                    let room = state.withLock { state in
                        let room = min(state.room, count)
                        state.room -= room
                        return room
                    }
                    guard room > 0 else {
                        errno = ENOSPC
                        return -1
                    }
                    return Glibc.write(descriptor, bytes, room)
                },
                sync: { [self] descriptor in
                    let fails = state.withLock { state in
                        state.syncs += 1
                        return state.fails
                    }
                    guard !fails else {
                        errno = EIO
                        return -1
                    }
                    return fdatasync(descriptor)
                })
        }

        var syncs: Int { state.withLock(\.syncs) }
        func setRoom(_ room: Int) { state.withLock { $0.room = room } }
        func fail() { state.withLock { $0.fails = true } }
    }

    private let disk = Disk()

    private func open(_ schedule: SyncSchedule = SyncSchedule()) async throws -> SessionJournal {
        let folder = try TestFolders.temporary("bat-journal").path
        let journal = try Journal(directory: folder, schedule: schedule, calls: disk.calls, logger: .silent)
        return try await journal.open(try #require(SessionID("BAT-001")))
    }

    @Test func `a full disk is an error, and earlier records stay intact`() async throws {
        let session = try await open()
        try await session.append([.event(1)])
        // Half a record fits.
        disk.setRoom(20)
        do {
            try await session.append([.event(2)])
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.code == .full)
        }
        #expect(try await session.facts() == [.event(1)])
        disk.setRoom(.max)
        try await session.append([.event(2), .event(3)])
        try await session.synced(upTo: 3)
        #expect(try await session.facts() == [.event(1), .event(2), .event(3)])
    }

    @Test func `a journal says when it cannot be written, and when it can again`() async throws {
        let folder = try TestFolders.temporary("bat-journal").path
        let journal = try Journal(directory: folder, schedule: SyncSchedule(), calls: disk.calls, logger: .silent)
        #expect(await journal.problem() == nil)
        disk.setRoom(100)
        #expect(await journal.problem()?.contains("No space left") == true)
        disk.setRoom(.max)
        #expect(await journal.problem() == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        try FileManager.default.removeItem(atPath: folder)
        #expect(await journal.problem() != nil)
    }

    @Test func `of a batch that does not fit, the complete records are kept`() async throws {
        let session = try await open()
        let record = try JournalFormat.record(.event(1)).count
        disk.setRoom(record * 2 + 5)
        await #expect(throws: JournalError.self) { try await session.append([.event(1), .event(2), .event(3)]) }
        #expect(try await session.facts() == [.event(1), .event(2)])
    }

    @Test func `after a failed sync every further call fails`() async throws {
        let session = try await open()
        try await session.append([.event(1)])
        disk.fail()
        await #expect(throws: JournalError.self) { try await session.synced(upTo: 1) }
        await #expect(throws: JournalError.self) { try await session.append([.event(2)]) }
        await #expect(throws: JournalError.self) { try await session.synced(upTo: 1) }
    }

    @Test func `concurrent waiters share a sync`() async throws {
        let session = try await open(SyncSchedule(whenAwaited: .milliseconds(50), otherwise: .seconds(60)))
        let before = disk.syncs
        try await session.append((1...100).map { .event($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seq in 1...100 { group.addTask { try await session.synced(upTo: seq) } }
            try await group.waitForAll()
        }
        #expect((1...10).contains(disk.syncs - before))
        // Facts that are synced already cause no further sync.
        let after = disk.syncs
        try await session.synced(upTo: 100)
        try await session.synced(upTo: 1)
        #expect(disk.syncs == after)
    }

    @Test func `a fact without a waiter is synced as well`() async throws {
        let session = try await open(SyncSchedule(otherwise: .milliseconds(100)))
        let before = disk.syncs
        try await session.append([.event(1)])
        try await eventually("it is synced") { disk.syncs > before }
    }

    @Test func `waiting for a fact that was never appended returns`() async throws {
        let session = try await open()
        try await session.append([.event(1)])
        try await session.synced(upTo: 999)
    }

    @Test func `releasing a journal syncs it first`() async throws {
        let session = try await open(SyncSchedule(otherwise: .seconds(60)))
        try await session.append([.event(1)])
        let before = disk.syncs
        await session.release()
        #expect(disk.syncs == before + 1)
    }
}

@Suite struct SyncScheduleTests {
    private let schedule = SyncSchedule(whenAwaited: .milliseconds(20), otherwise: .seconds(1))
    private let start = ContinuousClock.now

    @Test func `a clean file is never due`() {
        #expect(schedule.due(dirtySince: nil, waitingSince: nil) == nil)
    }

    @Test func `a dirty file is due after a second, and sooner with a waiter`() {
        #expect(schedule.due(dirtySince: start, waitingSince: nil) == start + .seconds(1))
        #expect(schedule.due(dirtySince: start, waitingSince: start + .milliseconds(100)) == start + .milliseconds(120))
        // A late waiter does not postpone what was due.
        #expect(schedule.due(dirtySince: start, waitingSince: start + .milliseconds(999)) == start + .seconds(1))
    }
}

@Suite struct CRC32Tests {
    /// The check value of the CRC catalogue, and values from zlib.
    @Test(arguments: [
        ("123456789", 0xcbf4_3926), ("", 0), ("a", 0xe8b7_be43),
        ("The quick brown fox jumps over the lazy dog", 0x414f_a339),
    ])
    func `checksums match zlib`(text: String, checksum: UInt32) {
        #expect(CRC32.checksum(text.utf8) == checksum)
    }
}
