import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite struct JournalTests {
    private let folder: String

    init() throws {
        folder = try TestFolders.temporary("bat-journal").path
    }

    private func journal() throws -> Journal {
        try Journal(directory: folder, logger: .silent)
    }

    private func id(_ number: Int = 1) throws -> SessionID {
        try #require(SessionID(number: number))
    }

    private func file(_ number: Int = 1) throws -> URL {
        URL(filePath: "\(folder)/\(try id(number)).journal")
    }

    // MARK: Writing and reading back

    @Test func `an appended fact is in the file when the append returns`() async throws {
        let session = try await journal().open(id())
        try await session.append([.utterance(1, "Dobrý den"), .event(2, id: "e1")])
        let bytes = [UInt8](try Data(contentsOf: file()))
        #expect(bytes.starts(with: [UInt8]("BATJRNL1".utf8)))
        #expect(try await session.facts() == [.utterance(1, "Dobrý den"), .event(2, id: "e1")])
        // Big-endian length, checksum, JSON.
        let length = bytes[8..<12].reduce(0) { $0 << 8 | Int($1) }
        let payload = Data(bytes[16..<16 + length])
        #expect(try JSONDecoder().decode(RecordedFact.self, from: payload) == .utterance(1, "Dobrý den"))
    }

    @Test func `a released journal is recovered with all its facts`() async throws {
        let first = try journal()
        let facts: [RecordedFact] = (1...20).map { .event($0, id: "e\($0)", data: ["$a.b": .string("\u{0}\n🐎")]) }
        let session = try await first.open(id())
        for fact in facts { try await session.append([fact]) }
        await session.release()
        let again = try await journal().open(id())
        #expect(again.recovered == facts)
        try await again.append([.event(21)])
        #expect(try await again.facts() == facts + [.event(21)])
    }

    @Test func `a journal of many megabytes is recovered, up to a torn tail`() async throws {
        let first = try journal()
        let session = try await first.open(id())
        let long = JSONValue.string(String(repeating: "x", count: 700_000))
        let facts: [RecordedFact] = (1...40).map {
            .event($0, id: "e\($0)", data: $0.isMultiple(of: 4) ? long : "short")
        }
        for fact in facts { try await session.append([fact]) }
        await session.release()
        let whole = try Data(contentsOf: file())
        try (whole + whole.suffix(300_000).prefix(299_999)).write(to: file())
        let again = try await journal().open(id())
        #expect(again.recovered == facts)
        #expect(try Data(contentsOf: file()).count == whole.count)
    }

    @Test func `concurrent appends of several sessions each keep their order`() async throws {
        let journal = try journal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...10 {
                let id = try id(number)
                group.addTask {
                    let session = try await journal.open(id)
                    for seq in 1...50 { try await session.append([.event(seq)]) }
                    try await session.synced(upTo: 50)
                    #expect(try await session.facts().map(\.seq) == Array(1...50))
                }
            }
            try await group.waitForAll()
        }
    }

    // MARK: Damage

    @Test func `a file truncated anywhere gives the records before the cut, and can be appended to`() async throws {
        let facts: [RecordedFact] = [.utterance(1, "a"), .event(2, id: "e"), .attitude(3, 4)]
        let session = try await journal().open(id())
        try await session.append(facts)
        await session.release()
        let whole = try Data(contentsOf: file())
        var ends = [8]
        while let end = ends.last, end < whole.count {
            ends.append(end + 8 + whole[end..<end + 4].reduce(0) { $0 << 8 | Int($1) })
        }
        #expect(ends.count == 4)
        for length in 0...whole.count {
            try whole.prefix(length).write(to: file())
            let torn = try await journal().open(id())
            let complete = ends.dropFirst().count { $0 <= length }
            #expect(torn.recovered == Array(facts.prefix(complete)), "cut at \(length)")
            try await torn.append([.event(9)])
            #expect(try await torn.facts() == facts.prefix(complete) + [.event(9)], "cut at \(length)")
            await torn.release()
        }
    }

    @Test func `a changed byte ends the reading at its record, and never the process`() async throws {
        let facts = (1...5).map { RecordedFact.event($0, id: "e\($0)") }
        let session = try await journal().open(id())
        try await session.append(facts)
        await session.release()
        let whole = [UInt8](try Data(contentsOf: file()))
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var bytes = whole
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= UInt8.random(in: 1...255, using: &random)
            try Data(bytes).write(to: file())
            let damaged = try await journal().open(id())
            #expect(damaged.recovered == Array(facts.prefix(damaged.recovered.count)))
            #expect(damaged.recovered.count < facts.count)
            await damaged.release()
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".damaged") {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
        }
    }

    @Test(arguments: ["", "x", "BATJRNL", "BATJRNL2abcdefgh", String(repeating: "\u{0}", count: 5000)])
    func `a file that is no journal is replaced by an empty one`(text: String) async throws {
        try Data(text.utf8).write(to: file())
        let session = try await journal().open(id())
        #expect(session.recovered.isEmpty)
        try await session.append([.event(1)])
        #expect(try await session.facts() == [.event(1)])
    }

    @Test func `what is cut off a damaged file is kept beside it`() async throws {
        let session = try await journal().open(id())
        try await session.append([.event(1), .event(2), .event(3)])
        await session.release()
        var bytes = [UInt8](try Data(contentsOf: file()))
        let damaged = 8 + 8 + bytes[8..<12].reduce(0) { $0 << 8 | Int($1) } + 20
        bytes[damaged] ^= 1
        try Data(bytes).write(to: file())
        let again = try await journal().open(id())
        #expect(again.recovered == [.event(1)])
        let kept = try Data(contentsOf: URL(filePath: "\(folder)/BAT-001.damaged"))
        #expect(Array(kept) == Array(bytes.suffix(kept.count)) && kept.count > 100)
        // The beginning of a record that was being written is no loss.
        await again.release()
        try Data(bytes.prefix(damaged)).write(to: file())
        _ = try await journal().open(id())
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                "BAT-001.damaged", "BAT-001.journal",
            ])
    }

    // MARK: Setting aside

    @Test func `a journal that is set aside is no journal until it is taken up`() async throws {
        let journal = try journal()
        for seq in 1...2 {
            let session = try await journal.open(id())
            #expect(session.isEmpty)
            try await session.append([.event(seq)])
            _ = try await session.setAside()
        }
        #expect(try await journal.unheld().isEmpty)
        let orphans = try await journal.orphans()
        #expect(orphans.map(\.id) == [try id(), try id()])
        let first = try #require(orphans.last)
        #expect(try await journal.contents(of: first).facts.count == 1)
        #expect(try await journal.takeUp(first))
        for orphan in try await journal.orphans() { #expect(try await !journal.takeUp(orphan)) }
        #expect(try await journal.unheld() == [try id()])
        #expect(try await journal.orphans().count == 1)
    }

    // MARK: Locking

    @Test func `a journal has one holder, and others see which journals are unheld`() async throws {
        let one = try journal()
        let two = try journal()
        let session = try await one.open(id(1))
        let other = try await one.open(id(2))
        await #expect(throws: JournalError.self) { try await two.open(id(1)) }
        await #expect(throws: JournalError.self) { try await one.open(id(1)) }
        #expect(try await two.unheld().isEmpty)
        await session.release()
        #expect(try await two.unheld() == [id(1)])
        #expect(try await two.open(id(1)).recovered.isEmpty)
        #expect(try await one.unheld().isEmpty)
        await one.close()
        #expect(try await two.unheld() == [id(2)])
        _ = other
    }

    @Test func `a killed process releases its lock`() async throws {
        let session = try await journal().open(id())
        try await session.append([.event(1)])
        await session.release()
        let log = URL(filePath: folder).appending(path: "log")
        // exec, so that the killed process is the one that holds the lock.
        let holder = try ProcessUnderTest(
            "holder", executable: URL(filePath: "/bin/bash"),
            arguments: ["-c", "exec 9<'\(try file().path)' && flock -x 9 && echo held && exec sleep 600"], log: log)
        try await eventually("the lock is taken") { holder.output.contains("held") }
        let journal = try journal()
        await #expect(throws: JournalError.self) { try await journal.open(id()) }
        #expect(try await journal.unheld().isEmpty)
        holder.signal(SIGKILL)
        try await holder.exitCode()
        #expect(try await journal.unheld() == [id()])
        #expect(try await journal.open(id()).recovered == [.event(1)])
    }

    @Test func `a deleted journal is gone, and a later append fails`() async throws {
        let journal = try journal()
        let session = try await journal.open(id())
        try await session.append([.event(1)])
        try await session.delete()
        #expect(try !FileManager.default.fileExists(atPath: file().path))
        do {
            try await session.append([.event(2)])
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.code == .closed)
        }
        #expect(try await journal.unheld().isEmpty)
        #expect(try await journal.open(id()).recovered.isEmpty)
    }

    @Test func `other files in the folder are ignored`() async throws {
        for name in ["notes.txt", "BAT-1.journal", "..journal", "bat-001.journal", "BAT-007.journal.tmp"] {
            try Data("x".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        try Data().write(to: file(7))
        #expect(try await journal().unheld() == [id(7)])
    }

    @Test func `a link in place of a journal is not followed`() async throws {
        let elsewhere = URL(filePath: folder).appending(path: "elsewhere")
        try Data("precious".utf8).write(to: elsewhere)
        try FileManager.default.createSymbolicLink(at: file(), withDestinationURL: elsewhere)
        await #expect(throws: JournalError.self) { try await journal().open(id()) }
        #expect(try Data(contentsOf: elsewhere) == Data("precious".utf8))
    }

    @Test func `journals are readable only by their owner`() async throws {
        _ = try await journal().open(id())
        let attributes = try FileManager.default.attributesOfItem(atPath: file().path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test func `after closing, calls fail and do not hang`() async throws {
        let journal = try journal()
        let session = try await journal.open(id())
        await journal.close()
        await #expect(throws: JournalError.self) { try await session.append([.event(1)]) }
        await #expect(throws: JournalError.self) { try await session.synced(upTo: 1) }
        await #expect(throws: JournalError.self) { try await journal.unheld() }
        await journal.close()
    }

    @Test func `a fact that cannot be encoded is refused together with its batch`() async throws {
        let session = try await journal().open(id())
        do {
            try await session.append([.event(1), .event(2, time: .nan)])
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.code == .refused)
        }
        #expect(try await session.facts().isEmpty)
    }

    @Test func `a folder that cannot be created is an error, not a crash`() throws {
        #expect(throws: JournalError.self) { try Journal(directory: "/proc/nothing/here", logger: .silent) }
    }
}
