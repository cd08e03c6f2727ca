import Domain
import NIOCore
import NIOEmbedded
import Storage
import TestSupport
import Testing

@testable import Conversation
@testable import RelayService

/// A disk that refuses facts for a while.
@Suite struct FactWriterTests {
    private final class Disk {
        var isFull = false
        var written: [Int] = []
        var states: [Conversation.JournalState] = []
    }

    private let disk = Disk()
    private let loop = EmbeddedEventLoop()

    private func writer() -> FactWriter {
        FactWriter(
            { [disk] facts, done in
                if disk.isFull { return done(.failure(JournalError(.full, "no space"))) }
                disk.written += facts.map(\.seq)
                done(.success(()))
            }, loop: loop, changed: { [disk] state, _ in disk.states.append(state) })
    }

    private func facts(_ seqs: ClosedRange<Int>) -> [RecordedFact] {
        seqs.map { RecordedFact(seq: $0, time: 0, content: .phase(.talking)) }
    }

    @Test func `facts that the disk refused are written in order once there is space`() {
        let writer = writer()
        var done: [Int] = []
        func append(_ seqs: ClosedRange<Int>) { writer.append(facts(seqs)) { _ in done.append(seqs.upperBound) } }
        append(1...2)
        loop.run()
        disk.isFull = true
        append(3...4)
        append(5...5)
        loop.run()
        #expect(!writer.isDurable)
        append(6...6)
        loop.run()
        #expect(done == [2, 4, 5, 6], "the call goes on")
        loop.advanceTime(by: .seconds(1))
        #expect(disk.written == [1, 2])
        disk.isFull = false
        loop.advanceTime(by: .seconds(1))
        #expect(disk.written == Array(1...6))
        #expect(writer.isDurable)
        #expect(disk.states.first == .refused(waiting: 2))
        #expect(disk.states.last == .durable)
        append(7...7)
        loop.run()
        #expect(disk.written.last == 7)
    }

    @Test func `a stopped writer does not retry`() {
        let writer = writer()
        disk.isFull = true
        writer.append(facts(1...1)) { _ in }
        loop.run()
        writer.stop()
        disk.isFull = false
        loop.advanceTime(by: .seconds(5))
        #expect(disk.written.isEmpty)
    }
}

/// Facts that the journal refused wait for the store.
@Suite struct FactStreamTests {
    private let loop = EmbeddedEventLoop()

    private func fact(_ seq: Int) -> RecordedFact { RecordedFact(seq: seq, time: 0, content: .phase(.talking)) }

    @Test func `waiters are called in order once the store has their facts, or after their limit`() throws {
        // All of this takes less time than the first batch.
        let stream = FactStream(try SessionID(number: 1).orThrow(), by: 1, store: MemorySessionStore(), loop: loop) {
            _ in
        }
        var told: [Int] = []
        stream.whenStored(upTo: 5, within: .seconds(1)) { told.append(0) }
        #expect(told == [0], "there is nothing to wait for")
        stream.add([fact(1), fact(2)])
        stream.whenStored(upTo: 1, within: .milliseconds(50)) { told.append(1) }
        stream.whenStored(upTo: 2, within: .milliseconds(100)) { told.append(2) }
        #expect(told == [0])
        loop.advanceTime(by: .milliseconds(50))
        #expect(told == [0, 1])
        stream.whenStored(upTo: 2, within: .seconds(60)) { told.append(3) }
        stream.stop()
        loop.run()
        #expect(told == [0, 1, 2, 3], "the end carries everything itself")
        loop.advanceTime(by: .seconds(60))
        #expect(told == [0, 1, 2, 3], "nobody is told twice")
    }
}

@Suite struct FullDiskTests {
    @Test func `a client is notified once that the call continues from memory, and again at the next failure`() {
        var rig = Rig.talking()
        #expect(rig.step(.journal(.refused(waiting: 1))) == ["send error not_durable"])
        #expect(rig.step(.journal(.refused(waiting: 9))) == [])
        #expect(rig.step(.journal(.durable)) == [])
        #expect(rig.step(.journal(.refused(waiting: 1))) == ["send error not_durable"])
    }

    @Test func `a disk that refuses too many facts ends the session with a stated reason`() {
        var rig = Rig.talking()
        rig.step(.journal(.refused(waiting: 2_001)))
        #expect(rig.ending?.endTrigger == "journal_full")
    }
}
