import Domain

/// What the client sends.
extension Conversation {
    mutating func receive(_ message: ClientMessage) {
        switch message {
        case .resume(let lastSeq, let played): return resume(Client.Resume(lastSeq: lastSeq, played: played))
        case .ping(let t): return send(.pong(t: t))
        case .event, .played, .text, .mute, .endSession: break
        }
        goOnWithoutResume()
        switch message {
        case .resume, .ping: break
        case .event(let event): takeLive(event)
        case .played(let played): customer.played(played.offsetMs, of: played.itemId, at: now)
        case .text(let text): type(text)
        case .mute(let isOn):
            trainee.mute(isOn, at: now)
            silence.touch(at: now)
            watchMicrophone()
        case .endSession: if phase == .live(.connecting) || isTalking { finish(.endSession) }
        }
    }

    private mutating func type(_ text: String) {
        guard isTalking else {
            return client.complain(.notReady, "Nobody is there to read this line.", &effects)
        }
        let limits = plan.limits
        guard text.utf8.count <= limits.textBytes, text.count <= limits.text else {
            return refuseText()
        }
        // The customer hears what a reader would see; the transcript keeps what was typed.
        let heard = CleanText.cleaned(text)
        guard !heard.isEmpty else { return refuseText() }
        let said = record.traineeWords
        guard said.lines < limits.textLines, said.bytes + text.utf8.count <= limits.allTextBytes else {
            return client.complainOnce(
                .tooMuchText,
                "A session takes \(limits.textLines) lines with \(limits.allTextBytes) bytes of text; nobody reads "
                    + "what is typed from here on.", &effects)
        }
        touch()
        silence.traineeSpoke(isTyped: true)
        opening.giveUp()
        upstream.cancelAnswer(&effects)
        interrupt()
        // What was interrupted ends here, and so before this line.
        settleUtterances()
        let id = trainee.nextTypedId()
        record.place(id, after: .unknown)
        // A connection that is not ready is sent the whole conversation once it is.
        if upstream.isReady { command(.createItem(.user(id: id, text: heard))) }
        if let utterance = record.transcribe(id, text, at: now, &effects) { publish(utterance) }
        requestAnswer()
    }

    private mutating func refuseText() {
        client.complain(
            .invalidMessage,
            "A text line has 1 to \(plan.limits.text) characters that can be seen, in at most "
                + "\(plan.limits.textBytes) bytes.", &effects)
    }

    mutating func refuseMessage(_ code: ErrorCode, _ message: String) {
        guard client.isConnected else { return }
        goOnWithoutResume()
        switch client.takeUseless("\(code) \(message)", at: now) {
        case .tell: client.complain(code, message, &effects)
        case .ignore: break
        case .close:
            let most = UselessMessages.mostPerSecond
            send(
                .error(
                    seq: nil, code: .tooFast, message: "More than \(most) messages a second have no effect: \(message)",
                    fatal: true, retryAfterMs: 1_000))
            dismiss(code: .tooFast, ErrorCode.tooFast.rawValue)
        }
    }

    // MARK: Events of the VR scene or page

    /// An event that came over the WebSocket.
    mutating func takeLive(_ event: ClientEvent) {
        guard phase != .ended else {
            return refuse(event, .sessionEnded, "The session has ended; use the REST upload.")
        }
        let result = take(event, at: client.date(of: event.time, arrival: now.seconds))
        switch result.status {
        case .stored, .duplicate:
            if let eventId = event.eventId { effects.performOnceRecorded(.acknowledge(eventIds: [eventId])) }
        case .invalid: refuse(event, result.code ?? .invalidEvent, result.message ?? "The event is invalid.")
        }
    }

    /// Events of a REST batch, which has a clock of its own.
    mutating func take(batch events: [ClientEvent]) -> [EventResult] {
        var clock = EventClock()
        let dates = clock.dates(of: events.map(\.time), arrival: now.seconds)
        return zip(events, dates).map { take($0, at: $1) }
    }

    /// The record is closed; late events go to the store directly.
    func refuse(batch events: [ClientEvent]) -> [EventResult] {
        events.map {
            EventResult(
                eventId: $0.eventId, status: .invalid, code: .sessionEnding,
                message: "The session is being stored; try again.")
        }
    }

    mutating func answerBatch(_ number: Int, _ results: [EventResult]) {
        effects.performOnceRecorded(.answer(batch: number, results: results))
    }

    private mutating func refuse(_ event: ClientEvent, _ code: ErrorCode, _ message: String) {
        // An invalid id cannot be sent back.
        if let eventId = event.eventId, ClientEvent.isId(eventId) {
            refuse(eventId, code, message)
        } else if code == .tooManyEvents {
            client.complainOnce(code, message, &effects)
        } else {
            client.complain(code, message, &effects)
        }
    }

    mutating func refuse(_ eventId: String, _ code: ErrorCode, _ message: String) {
        send(.nack(eventIds: [eventId], code: code, message: message, retry: false))
    }

    /// Records an event once, whether it came live or in a batch.
    private mutating func take(_ event: ClientEvent, at date: Double) -> EventResult {
        do throws(ClientEvent.Refusal) {
            let number = record.facts.count + 1
            let checked = try event.checked(at: date) { "server-\(number)" }
            let check = plan.checkEvent(checked)
            if let earlier = checked.eventId.flatMap({ record.event($0) }) {
                guard earlier.isSame(as: checked) else { throw SessionEvent.reusedId }
                if let refusal = plan.checkEvent(earlier).refusal { throw refusal }
                return EventResult(eventId: event.eventId, status: .duplicate)
            }
            let (count, bytes) = record.clientEvents
            guard count < plan.limits.events, bytes + checked.data.weight <= plan.limits.eventBytes else {
                throw SessionEvent.tooMany(events: plan.limits.events, bytes: plan.limits.eventBytes)
            }
            // Before the event: once that is on disk, nobody sends it again.
            if let sight = check.sight { see(sight, of: checked) }
            write(.event(checked))
            supervise(.event(checked))
            if check.isUnknownInteraction { effects.perform(.count(.unknownInteraction)) }
            touch()
            if let refusal = check.refusal { throw refusal }
            return EventResult(eventId: event.eventId, status: .stored)
        } catch {
            return EventResult(eventId: event.eventId, error)
        }
    }

    // MARK: Audio

    mutating func takeTraineeAudio(_ byteCount: Int, _ live: Live) -> Effects.Audio {
        if client.becomesTooFast(byteCount, at: now) { send(.microphone(.tooFast)) }
        switch live {
        case .talking:
            if client.isHeld { goOnWithoutResume() }
            let piece = trainee.receive(byteCount, at: now)
            if let gap = trainee.takeGap() { effects.perform(.count(.traineeGap(ms: gap))) }
            // During a reconnect the audio is kept and sent once the new connection is up.
            let forwards = upstream.isReady
            if forwards {
                trainee.forward(piece)
                upstream.sentAudio(at: now)
            }
            return .keep(piece, keptFrom: trainee.trim(), forwards: forwards)
        case .connecting:
            guard trainee.heldBytes + byteCount <= plan.limits.heldAudioBytes || upstream.wasReadyBefore else {
                client.refuseEarlyAudio(&effects)
                return .drop
            }
            return .keep(trainee.receive(byteCount, at: now), keptFrom: trainee.trim(), forwards: false)
        case .suspended, .ending: return .drop
        }
    }

    /// Audio that is sent to the client counts as received from now on.
    mutating func takeCustomerAudio(_ byteCount: Int, of itemId: String, response: String?) -> Effects.Audio {
        upstream.showedLife(at: now)
        guard client.isReady, response.map({ !upstream.isCalledOff($0) }) ?? true else { return .drop }
        // New audio does not wait for the `resume` of a returning client: playback continues from here.
        if client.isHeld { goOnWithoutResume() }
        if customer.mustOpen(itemId, responseId: response) { openUtterance(itemId, responseId: response) }
        guard let offset = customer.receive(byteCount, of: itemId, at: now) else { return .drop }
        upstream.answerIsHeard()
        if let wait = trainee.hearsAnswer(at: now) { effects.perform(.count(.answered(afterMs: wait))) }
        if let gap = customer.takeGap() { effects.perform(.count(.customerGap(ms: gap))) }
        if offset == 0 { schedulePlayback() }
        return .play(offsetMs: offset, playedAt: customer.playbackEnd)
    }
}
