import Domain
import Foundation
import SeededRandom
import Speech

extension RealtimeSession {
    /// Maximum base64 length of one event: 15 MiB of audio.
    private static let longestAppend = 20 << 20

    func append(_ base64: String) throws(APIError) {
        guard base64.utf8.count <= Self.longestAppend else {
            throw APIError(code: "invalid_value", message: "Audio must be at most 15 MiB.", param: "audio")
        }
        guard let data = Data(base64Encoded: base64), data.count % 2 == 0 else {
            throw APIError(
                code: "invalid_value",
                message:
                    "Invalid 'audio'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value.",
                param: "audio")
        }
        audio.append(data, isSpeaking: speech != nil)
        world.registry.update(id) { $0.audioBytesIn += data.count }
        for event in vad?.feed(PCM16.samples(data)) ?? [] {
            switch event {
            case .started(let startMs): speechStarted(startMs)
            case .stopped(let endMs): speechStopped(endMs)
            }
        }
    }

    private func speechStarted(_ startMs: Int) {
        let item = makeID("item")
        speech = (item, startMs)
        idleTurn += 1
        send("input_audio_buffer.speech_started", ["audio_start_ms": .integer(startMs), "item_id": .string(item)])
        if settings.turnDetection?.interruptsResponse == true, let activeRun {
            cancel(activeRun, reason: "turn_detected")
        }
        guard world.faults.fires(.dropSpeech) != nil else { return }
        drop(after: .milliseconds(300))
    }

    private func speechStopped(_ endMs: Int) {
        guard let (item, startMs) = speech else { return }
        speech = nil
        send("input_audio_buffer.speech_stopped", ["audio_end_ms": .integer(endMs), "item_id": .string(item)])
        commit(item, fromMs: startMs, toMs: endMs)
        if settings.turnDetection?.createsResponse == true { answerTurn(.turn(item: item, endMs: endMs)) }
    }

    func commitByHand() throws(APIError) {
        let length = audio.endMs - committedMs
        guard length >= 100 else {
            throw APIError(
                code: "input_audio_buffer_commit_empty",
                message:
                    "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer "
                    + "only has \(Double(max(length, 0)))ms of audio.")
        }
        let item = speech?.item ?? makeID("item")
        speech = nil
        vad?.reset()
        commit(item, fromMs: committedMs, toMs: audio.endMs)
    }

    func clearInput() {
        speech = nil
        vad?.reset()
        committedMs = audio.endMs
        send("input_audio_buffer.cleared")
    }

    /// Turns the audio between two offsets into a user item.
    func commit(_ itemID: String, fromMs: Int, toMs: Int) {
        // A tag may precede the padding that the item begins with.
        let recording = audio.slice(fromMs: committedMs, toMs: toMs)
        committedMs = toMs
        let item = ConversationItem(
            id: itemID, kind: .message(role: "user", [.inputAudio(transcript: nil)]), audioBytes: recording.count)
        let previous = conversation.insert(item)
        tell(itemID, fromMs: fromMs, toMs: toMs)
        send(
            "input_audio_buffer.committed",
            ["previous_item_id": previous.map { .string($0) } ?? nil, "item_id": .string(itemID)])
        announce(item, after: previous)
        let echoes = world.options.echoes
        let (hearing, speech) = (world.hearing, audio.slice(fromMs: fromMs, toMs: toMs))
        let language = settings.transcription?["language"]?.string
        // Ends by itself, because the recording and the recogniser's time are bounded.
        heard[itemID] = Task.detached {
            echoes ? .words("echo") : await hearing.hear(recording: recording, speech: speech, language: language)
        }
        if settings.transcription != nil { transcribe(itemID, recordedMs: toMs - fromMs) }
    }

    /// Adds the item to the report, and its words as soon as they are recognised.
    private func tell(_ itemID: String, fromMs: Int, toMs: Int) {
        var spoken = SpokenItem(id: itemID, speaker: .user)
        spoken.startMs = fromMs
        spoken.endMs = toMs
        world.registry.update(id) { $0.add(spoken) }
        start { session in
            let text = await session.heard(itemID).text
            session.world.registry.update(session.id) { report in report.change(itemID) { $0.text = text } }
        }
    }

    /// What the trainee said in an item, aloud or typed.
    func heard(_ itemID: String) async -> Heard {
        if let task = heard[itemID] {
            if let heard = await task.value { return heard }
            // The transcript and the answer both ask, and must get the same text.
            if let line = madeUp[itemID] { return .words(line) }
            let line = UnrecognizedSpeech.line(madeUp.count)
            madeUp[itemID] = line
            return .words(line)
        }
        guard case .message(_, let contents)? = conversation[itemID]?.kind else { return .words("") }
        return .words(contents.compactMap(\.words).joined(separator: " "))
    }

    private func transcribe(_ itemID: String, recordedMs: Int) {
        if let fault = world.faults.fires(.dropTranscript) {
            dropsNextAnswer = true
            // If there is no answer, the connection still breaks.
            return drop(after: .seconds(fault.seconds ?? 5))
        }
        let late = world.faults.fires(.lateTranscript)
        let planned: SpokenItem.Transcription =
            world.faults.fires(.failTranscript) != nil
            ? .failed : world.faults.fires(.emptyTranscript) != nil ? .empty : .completed
        let isLate = late != nil || random.unit() < world.options.lateTranscripts
        let pause = Duration.milliseconds(Int.random(in: 120...350, using: &random))
        start { session in
            let heard = await session.heard(itemID)
            try await Task.sleep(for: pause)
            if isLate { try await session.waitForAnswer(plus: late?.seconds ?? 0.15) }
            let outcome: SpokenItem.Transcription =
                switch heard {
                case .deaf: .failed
                case .nothing: planned == .failed ? .failed : .empty
                case .words: planned
                }
            let text = outcome == .empty ? "" : heard.text ?? ""
            await session.transcribed(
                itemID, text, outcome, seconds: Double(recordedMs) / 1_000, isDeaf: heard == .deaf)
        }
    }

    /// Waits until the answer is complete, and `seconds` longer.
    private func waitForAnswer(plus seconds: Double) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        repeat { try await Task.sleep(for: .milliseconds(20)) } while activeRun != nil && ContinuousClock.now < deadline
        try await Task.sleep(for: .seconds(seconds))
    }

    private func transcribed(
        _ itemID: String, _ text: String, _ outcome: SpokenItem.Transcription, seconds: Double, isDeaf: Bool
    ) {
        if !isMuted { world.registry.update(id) { report in report.change(itemID) { $0.transcription = outcome } } }
        let place: WireJSON = ["item_id": .string(itemID), "content_index": 0]
        let event = "conversation.item.input_audio_transcription"
        guard outcome != .failed else {
            let error: WireJSON =
                isDeaf
                ? [
                    "type": "transcription_error", "code": "audio_unintelligible",
                    "message": "The audio could not be transcribed.", "param": nil,
                ]
                : ["type": "server_error", "code": nil, "message": "The transcription failed.", "param": nil]
            return send("\(event).failed", place + ["error": error])
        }
        if var item = conversation[itemID] {
            item.kind = .message(role: "user", [.inputAudio(transcript: text)])
            conversation[itemID] = item
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        for part in [words.prefix(words.count / 2), words.dropFirst(words.count / 2)] where !part.isEmpty {
            let delta = part.joined(separator: " ") + (part.endIndex == words.endIndex ? "" : " ")
            send("\(event).delta", place + ["delta": .string(delta)])
        }
        send(
            "\(event).completed",
            place + ["transcript": .string(text), "usage": ["type": "duration", "seconds": .number(seconds)]])
    }
}
