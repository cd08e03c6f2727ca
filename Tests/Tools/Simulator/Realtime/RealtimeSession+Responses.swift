import Domain
import Foundation

extension RealtimeSession {
    // MARK: Beginning

    /// The automatic response to the end of a turn.
    func answerTurn(_ trigger: Trigger) {
        guard activeRun == nil else {
            waitingTurn = trigger
            return
        }
        begin(ResponseRun(id: makeID("resp"), trigger: trigger, speaks: settings.speaks))
    }

    func createResponse(_ parameters: JSONValue) throws(APIError) {
        let isOutOfBand = parameters["conversation"]?.string == "none"
        if !isOutOfBand, activeRun == nil, world.faults.fires(.activeResponse) != nil {
            answerTurn(.asked([:]))
        }
        if !isOutOfBand, let activeRun {
            throw APIError(
                code: "conversation_already_has_active_response",
                message:
                    "Conversation already has an active response in progress: \(activeRun). Wait until the response is "
                    + "finished before creating a new one.")
        }
        let modalities = parameters[settings.dialect == .ga ? "output_modalities" : "modalities"]?.array?.compactMap(
            \.string)
        var run = ResponseRun(
            id: makeID("resp"), trigger: .asked(parameters), isOutOfBand: isOutOfBand,
            speaks: modalities?.contains("audio") ?? settings.speaks)
        if let metadata = parameters["metadata"], metadata != .null { run.metadata = metadata }
        begin(run)
    }

    private func begin(_ run: ResponseRun) {
        var run = run
        run.fault = [.dropResponse, .stallResponse, .badJSON].first { world.faults.fires($0) != nil }
        if dropsNextAnswer { run.fault = .dropResponse }
        runs[run.id] = run
        if !run.isOutOfBand { activeRun = run.id }
        idleTurn += 1
        world.registry.update(id) { $0.responses += 1 }
        send("response.created", ["response": json(run, status: "in_progress")])
        let id = run.id
        start { session in try await session.generate(id) }
    }

    // MARK: Cancelling

    func cancelResponse(_ id: String?) throws(APIError) {
        guard let running = id ?? activeRun, runs[running] != nil else {
            throw APIError(code: "response_cancel_not_active", message: "Cancellation failed: no active response found")
        }
        cancel(running, reason: "client_cancelled")
    }

    func cancel(_ id: String, reason: String) {
        guard runs[id] != nil else { return }
        closeItem(of: id, status: "incomplete")
        finish(id, status: "cancelled", details: ["type": "cancelled", "reason": .string(reason)])
    }

    // MARK: Items

    /// Opens a message of the assistant: sends the three events before its first delta.
    func openItem(of runID: String, phase: String?) {
        guard var run = runs[runID] else { return }
        let item = ConversationItem(
            id: makeID("item"), kind: .message(role: "assistant", []), status: "in_progress", phase: phase)
        run.open = ResponseRun.OpenItem(id: item.id)
        run.output.append(item)
        runs[runID] = run
        announceOutput(item, of: run)
        send("response.content_part.added", place(run) + ["part": part(run, words: "")])
    }

    /// Sends `response.output_item.added` and adds the item to the conversation.
    func announceOutput(_ item: ConversationItem, of run: ResponseRun) {
        send(
            "response.output_item.added",
            [
                "response_id": .string(run.id), "output_index": .integer(run.output.count - 1),
                "item": item.json(settings.dialect),
            ])
        guard !run.isOutOfBand else { return }
        let previous = conversation.insert(item)
        if case .message = item.kind, !isMuted {
            world.registry.update(id) { $0.add(SpokenItem(id: item.id, speaker: .assistant)) }
        }
        guard let event = settings.dialect.itemCreated.first else { return }
        send(event, ["previous_item_id": previous.map { .string($0) } ?? nil, "item": item.json(settings.dialect)])
    }

    /// Closes the current message with what was said so far: interrupted items get their `.done` events, too.
    func closeItem(of runID: String, status: String) {
        guard var run = runs[runID], let open = run.open, var item = run.output.last else { return }
        let where_ = place(run)
        if run.speaks {
            send(settings.dialect.output("audio.done"), where_)
            send(settings.dialect.output("audio_transcript.done"), where_ + ["transcript": .string(open.words)])
        } else {
            send(settings.dialect.output("text.done"), where_ + ["text": .string(open.words)])
        }
        send("response.content_part.done", where_ + ["part": part(run, words: open.words)])
        item.kind = .message(
            role: "assistant",
            [run.speaks ? .outputAudio(transcript: open.words) : .outputText(open.words)])
        item.audioBytes = open.audioBytes
        run.open = nil
        complete(item, status: status, of: &run)
        runs[runID] = run
    }

    /// Sends the item's last events and stores its final form in the conversation.
    func complete(_ item: ConversationItem, status: String, of run: inout ResponseRun) {
        var item = item
        item.status = status
        let index = run.output.count - 1
        run.output[index] = item
        if !run.isOutOfBand {
            if !isMuted { world.registry.update(id) { $0.change(item.id) { $0.status = status } } }
            let previous = conversation.predecessor(of: item.id)
            if let known = conversation[item.id] { conversation[item.id] = item.truncated(as: known) }
            if settings.dialect == .ga {
                send(
                    "conversation.item.done",
                    ["previous_item_id": previous.map { .string($0) } ?? nil, "item": item.json(settings.dialect)])
            }
        }
        send(
            "response.output_item.done",
            ["response_id": .string(run.id), "output_index": .integer(index), "item": item.json(settings.dialect)])
    }

    // MARK: Ending

    func finish(_ id: String, status: String, details: WireJSON = nil) {
        guard let run = runs.removeValue(forKey: id) else { return }
        if activeRun == id { activeRun = nil }
        let usage = countUsage(of: run)
        send("response.done", ["response": json(run, status: status, details: details, usage: usage)])
        if let next = waitingTurn, activeRun == nil {
            waitingTurn = nil
            answerTurn(next)
        } else {
            watchIdleness(playsForMs: run.audioBytes / 48)
        }
    }

    /// After `idle_timeout_ms` of silence following the answer, the model speaks by itself.
    private func watchIdleness(playsForMs: Int) {
        guard let timeout = settings.turnDetection?.idleTimeoutMs else { return }
        let turn = idleTurn
        let fromMs = audio.endMs
        start { session in
            try await Task.sleep(for: .milliseconds(playsForMs + timeout))
            await session.speakUp(turn: turn, fromMs: fromMs)
        }
    }

    private func speakUp(turn: Int, fromMs: Int) {
        guard turn == idleTurn, speech == nil, activeRun == nil else { return }
        let item = makeID("item")
        let toMs = audio.endMs
        send(
            "input_audio_buffer.timeout_triggered",
            ["audio_start_ms": .integer(fromMs), "audio_end_ms": .integer(toMs), "item_id": .string(item)])
        commit(item, fromMs: fromMs, toMs: toMs)
        answerTurn(.asked([:]))
    }

    // MARK: JSON

    /// The members that locate an event of the open item in the response.
    func place(_ run: ResponseRun) -> WireJSON {
        [
            "response_id": .string(run.id), "item_id": .string(run.open?.id ?? ""),
            "output_index": .integer(run.output.count - 1), "content_index": 0,
        ]
    }

    private func part(_ run: ResponseRun, words: String) -> WireJSON {
        run.speaks ? ["type": "audio", "transcript": .string(words)] : ["type": "text", "text": .string(words)]
    }

    private func json(_ run: ResponseRun, status: String, details: WireJSON = nil, usage: WireJSON = nil)
        -> WireJSON
    {
        let head: WireJSON = [
            "object": "realtime.response", "id": .string(run.id), "status": .string(status), "status_details": details,
            "output": .array(status == "in_progress" ? [] : run.output.map { $0.json(settings.dialect) }),
            "conversation_id": run.isOutOfBand ? nil : .string(conversationID),
        ]
        let modality: WireJSON =
            settings.dialect == .ga
            ? [
                "output_modalities": [run.speaks ? "audio" : "text"],
                "audio": [
                    "output": ["format": ["type": "audio/pcm", "rate": 24_000], "voice": .string(settings.voice)]
                ],
            ]
            : [
                "modalities": run.speaks ? ["text", "audio"] : ["text"], "voice": .string(settings.voice),
                "output_audio_format": "pcm16", "temperature": .number(settings.temperature),
            ]
        return head + modality + [
            "max_output_tokens": WireJSON(settings.maxTokens), "usage": usage,
            "metadata": run.metadata.map { WireJSON($0) } ?? nil,
        ]
    }
}
