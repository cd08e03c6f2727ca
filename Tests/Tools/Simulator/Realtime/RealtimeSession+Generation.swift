import Domain
import Foundation
import NIOCore
import SeededRandom
import Speech

extension RealtimeSession {
    /// Number of audio chunks after which a fault of the response strikes.
    private static let chunksBeforeFault = 4
    /// How late the audio may be and still catch up.
    private static let longestDelay = Duration.milliseconds(500)

    /// Generates the response `id` from its first word to `response.done`, unless it is cancelled meanwhile.
    func generate(_ id: String) async throws {
        guard let run = runs[id] else { return }
        let begun = ContinuousClock.now
        if let fault = world.faults.fires(.failResponse) {
            let code = fault.code ?? "rate_limit_exceeded"
            let error: WireJSON = [
                "type": .string(code == "server_error" ? code : "requests"), "code": .string(code),
                "message": "The response failed: \(code).",
            ]
            return finish(id, status: "failed", details: ["type": "failed", "error": error])
        }
        let reply = await compose(run)
        try await Task.sleep(until: begun + .milliseconds(world.options.latencyMs), clock: .continuous)
        guard runs[id] != nil else { return }
        send(
            "rate_limits.updated",
            [
                "rate_limits": [
                    ["name": "requests", "limit": 1_000, "remaining": 999, "reset_seconds": 0.06],
                    ["name": "tokens", "limit": 50_000, "remaining": 49_950, "reset_seconds": 0.06],
                ]
            ])
        for (index, sentences) in reply.messages.enumerated() {
            let isLast = index == reply.messages.count - 1
            try await speak(
                sentences, in: id, phase: reply.messages.count > 1 ? (isLast ? "final_answer" : "commentary") : nil)
        }
        if let ending = reply.ending { try await callEnd(ending, in: id) }
        finish(id, status: "completed")
    }

    private func compose(_ run: ResponseRun) async -> Customer.Reply {
        switch run.trigger {
        case .turn(let item, _):
            let heard = await heard(item)
            if world.options.echoes { return Customer.Reply(messages: [["echo"]]) }
            return reply(to: heard, tools: settings.tools, instructions: settings.instructions)
        case .asked(let parameters):
            let tools = parameters["tools"]?.array ?? settings.tools
            let instructions = parameters["instructions"]?.string ?? settings.instructions
            let isAsked = conversation.items.last { $0.isUsers || $0.isAssistants }?.isUsers == true
            if let line = customer.stay(instructions: settings.instructions) { return line }
            if let line = customer.speakUp(instructions: settings.instructions, isAsked: isAsked) { return line }
            guard let last = conversation.items.last(where: \.isUsers) else {
                return customer.open(
                    instructions: instructions.contains("You are ") ? instructions : settings.instructions,
                    mayEnd: Self.outcomes(of: tools))
            }
            return reply(to: await heard(last.id), tools: tools, instructions: instructions)
        }
    }

    private func reply(to heard: Heard, tools: [JSONValue], instructions: String) -> Customer.Reply {
        guard let text = heard.text else {
            return customer.askAgain(
                instructions: instructions, mayEnd: Self.outcomes(of: tools), isDeaf: heard == .deaf)
        }
        var reply = customer.answer(text, instructions: instructions, mayEnd: Self.outcomes(of: tools))
        // Reasoning models sometimes think aloud before they answer.
        if settings.dialect == .ga, RealtimeModel.reasons(settings.model), reply.ending == nil, random.unit() < 0.15 {
            reply.messages.insert(["Hm, let me think."], at: 0)
        }
        return reply
    }

    /// The outcomes that `end_conversation` accepts; empty if there is no such tool.
    private static func outcomes(of tools: [JSONValue]) -> [String] {
        guard let end = tools.first(where: { $0["name"]?.string == "end_conversation" }) else { return [] }
        return end["parameters"]?["properties"]?["outcome"]?["enum"]?.array?.compactMap(\.string)
            ?? ["converted", "rejected", "walked_away"]
    }

    // MARK: Speaking

    private func speak(_ sentences: [String], in id: String, phase: String?) async throws {
        guard runs[id] != nil else { return }
        openItem(of: id, phase: phase)
        var clock = ContinuousClock.now
        for sentence in sentences {
            guard let run = runs[id] else { return }
            guard run.speaks else {
                for word in sentence.split(separator: " ") { say(String(word), in: id, endMs: 0) }
                continue
            }
            let sound = await sound(of: sentence, in: run)
            try await stream(sentence, sound, in: id, &clock)
        }
        closeItem(of: id, status: "completed")
    }

    private func sound(of sentence: String, in run: ResponseRun) async -> Data {
        if world.options.echoes, case .turn(_, let endMs) = run.trigger { return audio.echo(toMs: endMs) }
        let language = CustomerLanguage(instructions: settings.instructions)?.code
        let spoken = await world.speech.speak(sentence, voice: settings.voice, language: language)
        return PCM16.data(spoken + PCM16.silence(milliseconds: 120))
    }

    /// Streams a sentence's words and audio in chunks of varying size, at `pace` times real time.
    private func stream(_ sentence: String, _ sound: Data, in id: String, _ clock: inout ContinuousClock.Instant)
        async throws
    {
        let words = sentence.split(separator: " ").map(String.init)
        let startMs = (runs[id]?.open?.audioBytes ?? 0) / PCM16.bytesPerMillisecond
        let ends = WordTiming.ends(of: words, over: sound.count)
        var spoken = 0
        var sent = 0
        while sent < sound.count {
            guard runs[id] != nil else { return }
            let pieceMs = Int.random(in: 50...240, using: &random)
            let piece = sound.dropFirst(sent).prefix(pieceMs * PCM16.bytesPerMillisecond)
            sent += piece.count
            // Words run slightly ahead of their audio: the current word and the next one are sent.
            let due = min(words.count, ends.count { $0 < sent } + 2)
            while spoken < due {
                say(words[spoken], in: id, endMs: startMs + ends[spoken] / PCM16.bytesPerMillisecond)
                spoken += 1
            }
            send(Data(piece), in: id)
            try await strike(id)
            // A machine that was late catches up, or the pace would be lower than stated.
            clock = max(clock, .now - Self.longestDelay) + .milliseconds(Int(Double(pieceMs) / world.options.pace))
            try await Task.sleep(until: clock, clock: .continuous)
            while !channel.isWritable, channel.isActive { try await Task.sleep(for: .milliseconds(5)) }
        }
        while spoken < words.count, runs[id] != nil {
            say(words[spoken], in: id, endMs: startMs + ends[spoken] / PCM16.bytesPerMillisecond)
            spoken += 1
        }
    }

    private func say(_ word: String, in id: String, endMs: Int) {
        guard let run = runs[id], let open = run.open else { return }
        if !isMuted {
            world.registry.update(self.id) { $0.change(open.id) { $0.words.append(.init(text: word, endMs: endMs)) } }
        }
        let delta = open.words.isEmpty ? word : " " + word
        runs[id]?.open?.words += delta
        send(
            settings.dialect.output(run.speaks ? "audio_transcript.delta" : "text.delta"),
            place(run) + ["delta": .string(delta)])
    }

    private func send(_ piece: Data, in id: String) {
        guard let run = runs[id] else { return }
        hasSpoken = true
        runs[id]?.open?.audioBytes += piece.count
        runs[id]?.audioBytes += piece.count
        runs[id]?.chunks += 1
        if let item = run.open?.id { conversation[item]?.audioBytes += piece.count }
        let sentMs = (runs[id]?.open?.audioBytes ?? 0) / PCM16.bytesPerMillisecond
        if !isMuted {
            world.registry.update(self.id) { report in
                report.audioBytesOut += piece.count
                if let item = run.open?.id { report.change(item) { $0.sentMs = sentMs } }
            }
        }
        send(settings.dialect.output("audio.delta"), place(run) + ["delta": .string(piece.base64EncodedString())])
    }

    /// Applies the fault that was planned for the middle of this response.
    private func strike(_ id: String) async throws {
        guard let run = runs[id], run.chunks == Self.chunksBeforeFault, let fault = run.fault else { return }
        switch fault {
        case .dropResponse: drop()
        case .stallResponse: isMuted = true
        default: sendRaw(#"{"type":"response.output_audio.delta","delta":"#)
        }
    }

    // MARK: Ending the conversation

    private func callEnd(_ outcome: String, in id: String) async throws {
        guard var run = runs[id] else { return }
        let callID = makeID("call")
        let arguments = WireJSON.object([("outcome", .string(outcome))]).text
        var item = ConversationItem(
            id: makeID("item"), kind: .functionCall(name: "end_conversation", callID: callID, arguments: ""),
            status: "in_progress")
        run.output.append(item)
        announceOutput(item, of: run)
        let where_: WireJSON = [
            "response_id": .string(id), "item_id": .string(item.id), "output_index": .integer(run.output.count - 1),
            "call_id": .string(callID),
        ]
        for piece in [arguments.prefix(5), arguments.dropFirst(5)] {
            send("response.function_call_arguments.delta", where_ + ["delta": .string(String(piece))])
        }
        let name: WireJSON = settings.dialect == .ga ? ["name": "end_conversation"] : .object([])
        send("response.function_call_arguments.done", where_ + ["arguments": .string(arguments)] + name)
        item.kind = .functionCall(name: "end_conversation", callID: callID, arguments: arguments)
        complete(item, status: "completed", of: &run)
        runs[id] = run
    }
}

extension ConversationItem {
    fileprivate var isAssistants: Bool {
        if case .message("assistant", _) = kind { true } else { false }
    }

    fileprivate var isUsers: Bool {
        if case .message("user", _) = kind { true } else { false }
    }
}
