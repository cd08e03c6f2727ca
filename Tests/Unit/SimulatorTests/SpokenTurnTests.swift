import Domain
import Foundation
import Speech
import Testing

@testable import Simulator

@Suite struct SpokenTurnTests {
    @Test(.timeLimit(.minutes(1)))
    func `a spoken turn has its events in OpenAI's order`() async throws {
        try await withSimulator { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(utterance("Hello, may I ask what you smoke?"))
            let done = try await caller.until("response.done")
            let transcript = try await transcript(of: caller)
            #expect(transcript["transcript"] == "Hello, may I ask what you smoke?")
            let types = await caller.types.filter { !$0.hasSuffix("delta") && !$0.contains("transcription") }
            #expect(
                types == [
                    "session.created", "session.updated", "input_audio_buffer.speech_started",
                    "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.added",
                    "conversation.item.done", "response.created", "rate_limits.updated", "response.output_item.added",
                    "conversation.item.added", "response.content_part.added", "response.output_audio.done",
                    "response.output_audio_transcript.done", "response.content_part.done", "conversation.item.done",
                    "response.output_item.done", "response.done",
                ])
            let response = try #require(done["response"])
            #expect(response["status"] == "completed")
            let spoken = await caller.all("response.output_audio_transcript.done").first?["transcript"]?.string
            #expect(response["output"]?.array?.first?["content"]?.array?.first?["transcript"]?.string == spoken)
            let words = await caller.all("response.output_audio_transcript.delta").compactMap { $0["delta"]?.string }
            #expect(words.joined() == spoken)
            #expect(words.count > 1)
        }
    }

    private func transcript(of caller: Caller) async throws -> JSONValue {
        let type = "conversation.item.input_audio_transcription.completed"
        if let known = await caller.all(type).first { return known }
        return try await caller.until(type)
    }

    @Test(.timeLimit(.minutes(1)))
    func `the beta dialect has its own names and one event per item`() async throws {
        try await withSimulator { simulator in
            let caller = try await simulator.connect(.beta, model: "gpt-4o-realtime-preview")
            try await caller.configure()
            try await caller.send(utterance("Good morning."))
            try await caller.until("response.done")
            let types = await caller.types.filter { !$0.hasSuffix("delta") && !$0.contains("transcription") }
            #expect(
                types == [
                    "session.created", "conversation.created", "session.updated", "input_audio_buffer.speech_started",
                    "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.created",
                    "response.created", "rate_limits.updated", "response.output_item.added",
                    "conversation.item.created",
                    "response.content_part.added", "response.audio.done", "response.audio_transcript.done",
                    "response.content_part.done", "response.output_item.done", "response.done",
                ])
            let created = await caller.all("session.created").first?["session"]
            #expect(created?["voice"] == "alloy")
            #expect(created?["type"] == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `speech times include the padding before and the silence after the speech`() async throws {
        try await withSimulator { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            let tag = SpokenTag.samples(for: "x").count / 24
            try await caller.send(utterance("x", leadMs: 1_000, speechMs: 500))
            try await caller.until("response.done")
            try await caller.send(utterance("y", leadMs: 2_000, speechMs: 300))
            try await caller.until("input_audio_buffer.committed")
            let starts = await caller.all("input_audio_buffer.speech_started").compactMap { $0["audio_start_ms"]?.int }
            let ends = await caller.all("input_audio_buffer.speech_stopped").compactMap { $0["audio_end_ms"]?.int }
            // 1,000 ms of silence and 5 ms before the tones, minus 300 ms of padding.
            #expect(abs((starts.first ?? 0) - 705) <= 10)
            #expect(abs((ends.first ?? 0) - (1_000 + tag + 500 + 500)) <= 20)
            let second = 1_000 + tag + 500 + 700 + 2_000
            #expect(abs((starts.last ?? 0) - (second + 5 - 300)) <= 10)
            let commits = await caller.all("input_audio_buffer.committed")
            #expect(commits.first?["previous_item_id"] == .null)
            let answer = await caller.all("response.output_item.done").last?["item"]?["id"]
            #expect(commits.last?["previous_item_id"] == answer)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `speech during an answer cancels it and keeps what was said so far`() async throws {
        try await withSimulator(.quick.with { $0.pace = 2 }) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(utterance("Hello."))
            try await caller.until("response.output_audio.delta")
            try await caller.send(utterance("Sorry, one more thing."))
            let cancelled = try #require(try await caller.until("response.done")["response"])
            #expect(cancelled["status"] == "cancelled")
            #expect(cancelled["status_details"]?["reason"] == "turn_detected")
            #expect(cancelled["output"]?.array?.first?["status"] == "incomplete")
            let item = cancelled["output"]?.array?.first?["id"]?.string ?? ""
            try await caller.send([
                "type": "conversation.item.truncate", "item_id": .string(item), "content_index": 0, "audio_end_ms": 40,
            ])
            let truncated = try await caller.until("conversation.item.truncated")
            #expect(truncated["audio_end_ms"] == 40)
            try await caller.send([
                "type": "conversation.item.truncate", "item_id": .string(item), "content_index": 0,
                "audio_end_ms": 90_000,
            ])
            let error = try await caller.until("error")["error"]
            #expect(error?["message"]?.string?.contains("is already shorter than 90000ms") == true)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an answer in progress can be truncated before it is cancelled, and stays truncated`() async throws {
        try await withSimulator(.quick.with { $0.pace = 2 }) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(utterance("Hello."))
            let item = try await caller.until("response.output_audio.delta")["item_id"]?.string ?? ""
            try await caller.send([
                "type": "conversation.item.truncate", "item_id": .string(item), "content_index": 0, "audio_end_ms": 40,
            ])
            try await caller.send(["type": "response.cancel"])
            let cancelled = try #require(try await caller.until("response.done")["response"])
            #expect(cancelled["status"] == "cancelled")
            try await caller.send(["type": "conversation.item.retrieve", "item_id": .string(item)])
            let kept = try await caller.until("conversation.item.retrieved")["item"]
            #expect(kept?["content"]?.array?.first?["transcript"] == .null, "the model no longer knows the words")
            #expect(try await simulator.onlySession().errorCodes == [])
            #expect(try await simulator.onlySession().items.last?.truncatedMs == 40)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a late transcript comes after the answer`() async throws {
        try await withSimulator(.quick.with { $0.lateTranscripts = 1 }) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.send(utterance("Hello."))
            try await caller.until("conversation.item.input_audio_transcription.completed")
            #expect(await caller.types.contains("response.done"))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `in echo mode all audio comes back byte for byte`() async throws {
        try await withSimulator(.quick.with { $0.echoes = true }) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            var sent = Data()
            for text in ["one", "two two"] {
                let audio = utterance(text)
                sent += PCM16.data(audio)
                try await caller.send(audio)
                try await caller.until("response.done")
            }
            let pieces = await caller.all("response.output_audio.delta").compactMap { $0["delta"]?.string }
            let echoed = pieces.compactMap { Data(base64Encoded: $0) }.reduce(Data(), +)
            #expect(echoed.count > 3 * 48_000)
            #expect(sent.prefix(echoed.count) == echoed)
            #expect(Set(pieces.map(\.count)).count > 3)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `speech without a tag gets an invented transcript`() async throws {
        try await withSimulator(.quick.with { $0.inventsSpeech = true }) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            let noise = (0..<24_000).map { Int16(3_000 * sin(Double($0) / 9)) }
            try await caller.send(noise + PCM16.silence(milliseconds: 600))
            let heard = try await caller.until("conversation.item.input_audio_transcription.completed")
            #expect(heard["transcript"]?.string == UnrecognizedSpeech.line(0))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `without turn detection every commit is an item, in order and without an answer`() async throws {
        try await withSimulator(.quick.with { $0.lateTranscripts = 0.5 }) { simulator in
            let caller = try await simulator.connect()
            try await caller.configure()
            try await caller.update(.manualTurns)
            let lines = ["one", "two", "three"]
            for line in lines {
                try await caller.send(utterance(line, leadMs: 100, speechMs: 200, tailMs: 100))
                try await caller.send(["type": "input_audio_buffer.commit"])
            }
            for _ in lines { try await caller.until("conversation.item.input_audio_transcription.completed") }
            let types = await caller.types
            #expect(!types.contains("response.created"))
            #expect(!types.contains("input_audio_buffer.speech_started"))
            let commits = await caller.all("input_audio_buffer.committed")
            let ids = commits.compactMap { $0["item_id"]?.string }
            #expect(commits.map { $0["previous_item_id"]?.string } == [nil, ids.first, ids.dropFirst().first])
            let texts = await caller.all("conversation.item.input_audio_transcription.completed").reduce(into: [:]) {
                $0[$1["item_id"]?.string ?? ""] = $1["transcript"]?.string
            }
            #expect(ids.map { texts[$0] } == lines)

            // From here on the server detects turns again; committed audio is not used again.
            try await caller.update(.detectedTurns)
            let position = commits.count * 400
            try await caller.send(utterance("four", leadMs: 600))
            let started = try await caller.until("input_audio_buffer.speech_started")
            #expect((started["audio_start_ms"]?.int ?? 0) > position)
            try await caller.until("response.done")
            #expect(try await simulator.onlySession().items.compactMap(\.text) == lines + ["four"])
            #expect(try await simulator.onlySession().errorCodes == [])
        }
    }
}

extension WireJSON {
    /// The input of a session without turn detection.
    static let manualTurns: WireJSON = input(nil)
    static let detectedTurns: WireJSON = input([
        "type": "server_vad", "silence_duration_ms": 500,
    ])

    private static func input(_ detection: WireJSON) -> WireJSON {
        [
            "audio": [
                "input": ["transcription": ["model": "gpt-transcribe"], "turn_detection": detection],
                "output": ["voice": "verse"],
            ]
        ]
    }
}
