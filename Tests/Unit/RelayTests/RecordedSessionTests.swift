import Domain
import Foundation
import Logging
import Storage
import TestSupport
import Testing

@testable import Conversation
@testable import RelayService

/// A session that an earlier version left in the middle of a call continues in this one.
@Suite struct RecordedSessionTests {
    private func facts() async throws -> [RecordedFact] {
        let journal = try Journal(
            directory: try RecordedSession.journal(),
            logger: Logger(label: "recorded") { _ in SwiftLogNoOpLogHandler() })
        return try await journal.open(try #require(SessionID("BAT-001"))).recovered
    }

    private func rig(after seconds: Double) async throws -> Rig {
        let facts = try await facts()
        let elapsed = SessionTime(seconds: (facts.last?.time ?? 0) + seconds)
        return Rig {
            $0.facts = facts
            $0.elapsed = elapsed
        }
    }

    @Test func `its client can ask for every message again`() async throws {
        let received = try String(decoding: RecordedSession.bytes("messages.jsonl"), as: UTF8.self)
            .split(separator: "\n").map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
        #expect(received.count > 10)
        let rig = try await rig(after: 2)
        let kept = try rig.numbered.map {
            try JSONDecoder().decode(JSONValue.self, from: Data(OrderedJSON(encoding: $0).compact.utf8))
        }
        #expect(kept == received)
    }

    @Test func `it continues when its client is back, with what was heard and the trainee's words upstream`()
        async throws
    {
        var rig = try await rig(after: 2)
        let said = rig.conversation.record.utterances
        rig.step(.opened)
        rig.step(.attached)
        rig.step(.upstreamOpened, after: 100)
        rig.step(.upstream(.sessionUpdated), after: 100)
        #expect(rig.conversation.phase == .live(.talking))
        let replayed = rig.did.filter { $0.hasPrefix("user re_") || $0.hasPrefix("assistant re_") }
        #expect(replayed.count == said.count)
        rig.step(.message(.endSession))
        rig.fire(.lastWords, after: 20_000)
        let ending = try #require(rig.ending)
        #expect(ending.facts.map(\.seq) == Array(1...ending.facts.count), "the numbers continue")
        #expect(ending.endTrigger == "end_session")
        for utterance in said {
            #expect(rig.conversation.record.utterances.contains { $0.utteranceId == utterance.utteranceId })
        }
    }

    @Test func `it ends as lost when its client has been gone for long`() async throws {
        var rig = try await rig(after: 3_600)
        rig.step(.opened)
        rig.fire(.stragglers)
        #expect(rig.ending?.endTrigger == "relay_lost")
    }
}
