import Domain

/// What may happen when. The flows that the rows call are in `Flows/`.
extension Conversation {
    /// The only entry point.
    package mutating func handle(_ input: Input, at time: SessionTime) -> Effects {
        now = max(now, time)
        // Another process has the session, or is about to: nothing that comes here may change it.
        guard !isHandedOver else { return Effects() }
        decide(input)
        if !input.isAudio { settle() }
        defer { effects = Effects() }
        return effects
    }

    private mutating func decide(_ input: Input) {
        switch (phase, input) {
        case (.live(let live), .traineeAudio(let byteCount)): effects.audio = takeTraineeAudio(byteCount, live)
        case (.live(.talking), .customerAudio(let byteCount, let item, let response)),
            (.live(.ending), .customerAudio(let byteCount, let item, let response)):
            effects.audio = takeCustomerAudio(byteCount, of: item, response: response)
        case (_, .traineeAudio): effects.audio = .drop
        case (_, .customerAudio):
            upstream.showedLife(at: now)
            effects.audio = .drop

        case (.waiting, .opened): open()
        case (_, .opened): break
        case (.waiting, .attached): begin()
        case (.live, .attached), (.ended, .attached): welcomeBack()

        case (.live(.connecting), .detached), (.live(.talking), .detached): suspend()
        case (.waiting, .detached), (.live(.suspended), .detached): break
        case (.live(.ending), .detached): client.leave()
        case (.ended, .detached): loseClientAtEnd()

        // From a connection that was closed a moment ago.
        case (.waiting, .message), (.live(.suspended), .message): break
        case (_, .message(let message)): receive(message)
        case (_, .invalidMessage(let code, let message)): refuseMessage(code, message)
        case (_, .invalidEvent(let eventId, let code, let message)): refuse(eventId, code, message)
        case (.waiting, .batch(let number, let events)), (.live, .batch(let number, let events)):
            answerBatch(number, take(batch: events))
        case (.ended, .batch(let number, let events)): answerBatch(number, refuse(batch: events))

        case (.waiting, .upstreamOpened), (.live(.ending), .upstreamOpened), (.ended, .upstreamOpened):
            effects.perform(.disconnect)
        case (.live, .upstreamOpened): configureUpstream()
        case (.live, .upstream(let event)): hear(event)
        case (.live, .upstreamLost(let failure, let detail)): lose(failure, detail)
        case (_, .upstream), (_, .upstreamLost): break

        case (.waiting, .supervisorFound), (.live, .supervisorFound): openSupervision()
        case (_, .supervisorLost): supervision.loseWorker(&effects)
        case (.live, .verdict(let verdict)): take(verdict)
        case (.live, .finding(let finding)): take(finding)
        case (.live, .heard(let claim)): take(claim)
        case (.live, .lapse(let lapse)): take(lapse)
        case (.live, .evaluationFailed(let evalSeq, let code)): takeFailure(of: evalSeq, code)
        // The record is closed, or has not begun.
        case (.ended, .supervisorFound), (_, .verdict), (_, .finding), (_, .heard), (_, .lapse),
            (_, .evaluationFailed):
            break

        case (_, .timer(let timer)): fire(timer)
        case (_, .journal(let state)): take(state)

        case (.ended, .stored): effects.performOnceRecorded(.score)
        case (.ended, .scored(let score, let error)): conclude(score, error)
        case (.ended, .rescoring(true)): effects.performOnceRecorded(.score)
        case (.ended, .rescoring(false)): sayGoodbye()
        case (_, .stored), (_, .scored), (_, .rescoring): break

        case (.waiting, .drain), (.live, .drain): ending.drain()
        case (.ended, .drain): break
        case (.live(.talking), .leave): prepareToLeave()
        case (.live(.ending), .leave): if ending.isLeaving { hangUp() } else { prepareToLeave() }
        case (.ended, .leave): leave()
        case (_, .leave): handOver()
        }
    }

    /// What the Realtime API sends.
    private mutating func hear(_ event: RealtimeEvent) {
        upstream.showedLife(at: now)
        switch event {
        case .itemDeleted, .other: break
        // Comes as `Input.customerAudio`.
        case .audio: break
        case .sessionCreated(_, let expiresAt): scheduleRenewal(expiresAt: expiresAt)
        case .rateLimits(let seconds): upstream.limit(seconds: seconds, at: now)
        case .sessionUpdated: upstreamIsConfigured()
        case .error(let error): hear(error)

        case .speechStarted(let itemId, let audioStartMs): speechStarted(itemId, audioStartMs)
        case .speechStopped(let itemId, let audioEndMs): speechStopped(itemId, audioEndMs)
        case .committed(let itemId, let predecessor): committed(itemId, after: predecessor)
        case .itemAdded(let item, let predecessor): itemAdded(item, after: predecessor)
        case .transcribed(let itemId, let text, let unsureWords):
            upstream.wordsCame()
            transcribed(itemId, text, unsureWords: unsureWords)
        case .transcriptionFailed(let itemId, let code): transcriptionFailed(itemId, code)

        case .responseCreated(let id): answerBegan(id)
        case .responseDone(let done): answerEnded(done)
        case .outputItem(let item, let responseId, let isDone):
            if item.kind == .assistant {
                openUtterance(item.id, responseId: responseId)
                if isDone { customer.finishItem(item.id, item.status) }
            }
            if case .functionCall(let call) = item.kind {
                upstream.note(call, itemId: item.id, responseId: responseId)
            }
        case .functionCall(let call, let itemId, let responseId):
            upstream.note(call, itemId: itemId, responseId: responseId)
        case .audioDone(let itemId, _): customer.completeAudio(of: itemId)
        case .words(let itemId, let responseId, let delta): addWords(delta, to: itemId, responseId: responseId)
        case .wordsDone(let itemId, let responseId, let text): completeWords(text, of: itemId, responseId: responseId)
        }
    }

    private mutating func fire(_ timer: Timer) {
        switch (phase, timer) {
        // Due work is done after every input.
        case (_, .playback): customer.woke()
        case (_, .resumeGrace): goOnWithoutResume()

        case (.live(.ending), .lastWords): ending.wordsAreOut()
        case (.live(.ending), .stragglers): ending.giveUpOnStragglers()
        case (.live(.ending), .stall): considerStall()
        case (.live(.ending), .leave): hangUp()
        case (.live(.ending), _): break

        case (.live, .connect):
            effects.perform(.disconnect)
            lose(.reconnect, "not ready in time")
        case (.live, .reconnect): connect()
        case (.live, .renew): upstream.grewOld()
        case (.live, .idle): considerIdling()
        case (.live, .silence): considerSilence()
        case (.live, .opening): opening.pauseIsOver()
        case (.live, .scene): answerScene()
        case (.waiting, .scene): scene.answerIsRequested()
        case (.waiting, .clock), (.live, .clock): strikeClocks()
        case (.live, .microphone): considerMicrophone()
        case (.live, .answer): considerAnswer()
        case (.live, .verdict): if supervision.isSupervised { effects.performOnceRecorded(.replaceSupervisor) }
        case (.live(.talking), .stall), (.live(.suspended), .stall): considerStall()
        case (.live(.talking), .retryResponse): if upstream.isRetryDue { requestAnswer() }
        case (.waiting, .session), (.live, .session): finish(.timeLimit)
        case (.waiting, .wrapUp), (.live, .wrapUp): limits.wrapUpIsDue()
        case (.waiting, .resume), (.live(.suspended), .resume): finish(.clientLost)
        case (.waiting, .leave), (.live, .leave): handOver()

        case (.ended, .score): conclude(nil, "scoring_pending")
        case (.ended, .farewell): effects.performOnceRecorded(.checkRescoring)
        // A timer that fired before it could be stopped.
        case (_, .connect), (_, .reconnect), (_, .session), (_, .wrapUp), (_, .renew), (_, .idle), (_, .resume),
            (_, .stall), (_, .retryResponse), (_, .microphone), (_, .answer), (_, .lastWords), (_, .stragglers),
            (_, .score), (_, .farewell), (_, .leave), (_, .verdict), (_, .silence), (_, .opening), (_, .scene),
            (_, .clock):
            break
        }
    }

    /// What follows from the current state, whichever input led to it.
    private mutating func settle() {
        settleUtterances()
        if isTalking || phase == .live(.suspended) { renewWhenQuiet() }
        if isTalking {
            tellOfLostWords()
            injectState()
            tellScenes()
            injectNotes()
            announceWrapUp()
            openTalk()
            giveOwedAnswer()
            wrapUp()
        }
        if isTalking { endAsAgreed() }
        if phase == .live(.ending) { settleEnding() }
        if isTalking { leaveWhenQuiet() }
        if phase == .waiting || phase == .live(.suspended) { leaveWithoutClient() }
        schedulePlayback()
    }
}

extension Conversation.Input {
    /// Audio is not followed by `settle`: what it leads to is settled with the next input.
    fileprivate var isAudio: Bool {
        switch self {
        case .traineeAudio, .customerAudio: true
        default: false
        }
    }
}
