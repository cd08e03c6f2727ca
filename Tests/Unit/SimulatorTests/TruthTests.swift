import Domain
import Foundation
import HTTPClient
import Speech
import Testing

@testable import Simulator

/// What `GET /simulator/sessions` reports about spoken items.
@Suite struct TruthTests {
    @Test(.timeLimit(.minutes(1)))
    func `the items are what was spoken, in order, with the end time of every word`() async throws {
        try await withSimulator { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(utterance("Hello, may I ask what you smoke?"))
            try await caller.until("response.done")
            try await caller.send(utterance("And why?"))
            try await caller.until("response.done")
            let transcripts = await caller.all("response.output_audio_transcript.done").compactMap {
                $0["transcript"]?.string
            }
            let audio = await caller.all("response.output_audio.delta")

            let items = try await simulator.onlySession().items
            let answers = items.filter { $0.speaker == .assistant }
            #expect(items.first?.text == "Hello, may I ask what you smoke?")
            #expect(
                items.filter { $0.speaker == .user }.map(\.text) == ["Hello, may I ask what you smoke?", "And why?"])
            #expect(answers.map { $0.words.map(\.text).joined(separator: " ") } == transcripts)
            for answer in answers {
                let bytes = audio.filter { $0["item_id"]?.string == answer.id }
                    .compactMap { Data(base64Encoded: $0["delta"]?.string ?? "")?.count }.reduce(0, +)
                #expect(answer.status == "completed")
                #expect(answer.sentMs == bytes / PCM16.bytesPerMillisecond)
                #expect(answer.words.map(\.endMs) == answer.words.map(\.endMs).sorted())
                #expect(answer.words.last?.endMs == answer.sentMs)
            }
            let first = try #require(items.first)
            let started = await caller.all("input_audio_buffer.speech_started").first?["audio_start_ms"]?.int
            #expect(first.startMs == started)
            #expect((first.endMs ?? 0) > (first.startMs ?? 0))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `interruptions, truncations, deletions and errors are kept`() async throws {
        try await withSimulator(.quick.with { $0.pace = 2 }) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(utterance("Tell me the whole story."))
            let item = try await caller.until("response.output_audio.delta")["item_id"]?.string ?? ""
            try await caller.send(["type": "response.cancel"])
            try await caller.until("response.done")
            try await caller.send([
                "type": "conversation.item.truncate", "item_id": .string(item), "content_index": 0, "audio_end_ms": 30,
            ])
            try await caller.until("conversation.item.truncated")
            try await caller.send(["type": "conversation.item.delete", "item_id": .string(item)])
            try await caller.until("conversation.item.deleted")
            try await caller.send(["type": "conversation.item.delete", "item_id": .string(item)])
            try await caller.until("error")
            let session = try await simulator.onlySession()
            let kept = try #require(session.items.last)
            #expect(kept.id == item)
            #expect(kept.status == "incomplete")
            #expect(kept.truncatedMs == 30)
            #expect(kept.deleted == true)
            #expect(kept.sentMs > 30)
            #expect(session.errorCodes == ["item_delete_invalid_item_id"])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `items and errors are bounded`() throws {
        var report = SessionRegistry.Report(id: "sess_sim1", dialect: "ga", model: "gpt-realtime")
        for number in 1...600 {
            report.add(SpokenItem(id: "item_\(number)", speaker: .user))
            report.refused("code_\(number)")
        }
        #expect(report.items.map(\.id).first == "item_101")
        #expect(report.items.count == SessionRegistry.Report.mostItems)
        #expect(report.errorCodes.count == SessionRegistry.Report.mostErrorCodes)
        #expect(report.errors == 600)
    }

    @Test(.timeLimit(.minutes(1)))
    func `usage reports what came from the cache`() async throws {
        try await withSimulator { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.update(["instructions": .string(String(repeating: "You are Karel. ", count: 200))])
            var usages = [JSONValue]()
            for text in ["What do you smoke?", "And why is that?"] {
                try await caller.send(utterance(text, speechMs: 4_000))
                usages.append(try #require(try await caller.until("response.done")["response"]?["usage"]))
            }
            let details = usages.map { $0["input_token_details"] }
            #expect(details.first??["cached_tokens"]?.int == 0)
            let last = try #require(details.last ?? nil)
            let cached = try #require(last["cached_tokens_details"])
            #expect((cached["text_tokens"]?.int ?? 0) > 600)
            #expect(
                last["cached_tokens"]?.int == (cached["text_tokens"]?.int ?? 0) + (cached["audio_tokens"]?.int ?? 0))
            for usage in usages {
                let input = usage["input_token_details"]
                let sum = (input?["text_tokens"]?.int ?? 0) + (input?["audio_tokens"]?.int ?? 0)
                #expect(usage["input_tokens"]?.int == sum)
                #expect(usage["total_tokens"]?.int == sum + (usage["output_tokens"]?.int ?? 0))
            }
            let bill = try await simulator.onlySession().usage
            #expect(bill.cachedTextInput == cached["text_tokens"]?.int)
            #expect(
                bill.textInput + bill.audioInput == usages.compactMap { $0["input_tokens"]?.int }.reduce(0, +))
        }
    }
}

extension SimulatorUnderTest {
    /// The report of the simulator's only session.
    func onlySession() async throws -> SessionRegistry.Report {
        let answer = try await HTTPClient.shared.send(HTTPRequest("GET", "\(base)/simulator/sessions"))
        let sessions = try JSONDecoder().decode([String: [SessionRegistry.Report]].self, from: answer.body)
        return try #require(sessions["sessions"]?.first)
    }
}
