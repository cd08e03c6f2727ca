import Domain

/// The client arrives, leaves, and comes back.
extension Conversation {
    /// The session was created or taken over.
    mutating func open() {
        let isAbandoned = record.hasFacts && now.seconds - record.lastTime > plan.limits.longestSilence
        if let over = ending.endBeforeRestart ?? (isAbandoned ? EndReason(.relayLost) : nil) {
            // It ended when its last fact was recorded.
            now = SessionTime(seconds: record.lastTime)
            settleDrafts()
            return finish(over)
        }
        settleDrafts()
        // Whoever recorded the trainee's last line, or what the customer saw after it, has not answered it.
        let last = record.utterances.last
        if last?.speaker == .trainee || scene.isUnanswered(since: last?.startTime ?? 0) { upstream.oweAnswer() }
        effects.start(.resume, after: plan.limits.resume)
    }

    /// A client comes to a session that waits for one.
    mutating func begin() {
        client.attach(&effects)
        effects.stop(.resume)
        record.systemOnce("Session_Start", at: now, &effects)
        enter(.live(.connecting))
        limits.startTiming(at: now, &effects)
        scene.startClock(at: now, &effects)
        upstream.resetAttempts()
        connect()
    }

    mutating func welcomeBack() {
        if client.isConnected {
            send(
                .error(
                    seq: nil, code: .replaced, message: "A newer connection has taken over this session.", fatal: true,
                    retryAfterMs: nil))
            client.close(code: .replaced, "replaced", &effects)
            stopWithoutListener()
        }
        client.attach(&effects)
        effects.stop(.resume)
        if phase == .live(.suspended) { enter(.live(upstream.isReady ? .talking : .connecting)) }
        touch()
        switch phase {
        case .live(.talking), .live(.ending), .ended: greet()
        case .waiting, .live(.connecting), .live(.suspended): break
        }
    }

    mutating func suspend() {
        client.leave()
        stopWithoutListener()
        enter(.live(.suspended))
        effects.start(.resume, after: plan.limits.resume)
    }

    /// Sends the client away with a reason. It may come back.
    mutating func dismiss(code: CloseCode, _ reason: String) {
        client.close(code: code, reason, &effects)
        if phase == .live(.connecting) || isTalking { suspend() }
    }

    // MARK: Drafts of another process

    /// Settles the drafts of another process. What the trainee said there can no longer be transcribed. What was heard
    /// of the customer is known up to the last fact, or from the client once it is back.
    private mutating func settleDrafts() {
        let last = SessionTime(seconds: record.lastTime)
        for draft in record.drafts {
            record.takeUp(draft)
            switch draft.utterance.speaker {
            case .trainee:
                if let utterance = record.transcribe(
                    draft.itemId, TranscriptRecorder.inaudible, at: last, recordedAt: now, &effects)
                {
                    publish(utterance)
                }
            case .avatar:
                let start = SessionTime(seconds: draft.utterance.startTime)
                let receivedMs = max(0, draft.soundMs)
                customer.restore(
                    draft.itemId, text: draft.utterance.text, from: start, receivedMs: receivedMs,
                    heardMs: min(receivedMs, max(0, last - start)))
                sayCut(draft.itemId, from: start)
            }
        }
    }
}
