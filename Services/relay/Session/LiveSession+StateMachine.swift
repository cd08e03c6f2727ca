import Domain

extension LiveSession {
    /// What may happen when in a session, and what follows from it. Inputs in, actions out: it knows no socket, no file and
    /// no clock but the time it is told.
    ///
    /// `waiting → connecting → talking ⇄ suspended → ending → ended`
    struct StateMachine {
        enum Phase: Hashable {
            /// No client yet, or OpenAI could not be reached for the one that was there.
            case waiting
            /// A client is there; OpenAI has not confirmed `session.update`.
            case connecting
            case talking
            /// The client is gone and may come back; the line to OpenAI stays open.
            case suspended
            /// The last words play out, the last transcripts come in.
            case ending
            /// Hung up; being stored and judged.
            case ended
        }

        let plan: SessionPlan
        var phase = Phase.waiting
        var now = SessionTime.zero
        /// What the input that is being handled has led to so far.
        var actions: [Action] = []

        var client: Client?
        var upstream: Upstream
        var response = Response()
        var playback = PlaybackClock()
        var inputClock = InputAudioClock()
        var transcript = TranscriptRecorder()
        /// What of the trainee's speech nobody has written down yet.
        var unheard = UnheardSpeech()
        /// Sentences of an earlier connection that this one is told again, in order, by the event that commits each.
        var saidAgain: [(line: String, eventId: String)] = []
        /// Items of this connection that are such sentences.
        var lineOfItem: [String: String] = [:]
        var speakingPace = SpeakingPace()
        var speeches: [String: Speech] = [:]
        /// Items that were cut because the client had gone.
        var cutInAbsence: [String] = []
        /// Those among them whose rest the model still remembers.
        var unforgotten: [String] = []
        /// Items of the customer that are not said, heard and passed on in full, in order.
        var unsettledSpeeches: [String] = []
        var supervision: Supervision
        /// A worker follows the session and is sent what happens.
        var isSupervised = false
        /// It owes an evaluation.
        var isVerdictExpected = false
        /// What the customer was last told of how it feels.
        var lastState: String?
        /// For the conversation, as soon as nobody is answering.
        var stateToInject: String?
        var injectedStates = 0
        /// The state item that the present connection holds.
        var injectedItem: String?
        var replayedItems = 0
        /// The trainee waits for an answer that was lost: with the line, or while its own connection was away.
        var isAnswerOwed = false
        /// Its life had ended in the process that recorded it, and nobody stored it.
        var isOverSince: EndOfSession.Trigger?
        /// The process is to stop: the session goes on in another one, as soon as that costs nothing.
        var isLeaving = false

        var ledger: Ledger
        var outbox = Outbox()
        var ending: EndOfSession?
        var isWaitingForStragglers = false
        /// The client has had its score, or will not have it here.
        var isOver = false
        /// The latest score that the client was told.
        var toldScore: Scorecard?

        var traineeSpeaks = false
        /// The trainee has finished a turn and no answer has begun.
        var answerDueSince: SessionTime?
        var idleness = Idleness()
        var wrapUp = WrapUp.notYet
        var playbackTimer: SessionTime?
        var typedLines = 0
        var isTimed = false
        var isInMemoryOnly = false

        init(plan: SessionPlan) {
            self.plan = plan
            ledger = Ledger(earlier: plan.earlierEvents)
            upstream = Upstream(settings: plan.settings)
            supervision = Supervision(attitude: plan.persona.initialAttitude)
            if !plan.facts.isEmpty { restore() }
        }

        // MARK: The protocol

        mutating func handle(_ input: Input, at time: SessionTime) -> [Action] {
            now = max(now, time)
            switch (phase, input) {
            case (.waiting, .opened): open()
            case (_, .opened): break
            case (.waiting, .attached): begin()
            case (.connecting, .attached), (.talking, .attached), (.suspended, .attached), (.ending, .attached),
                (.ended, .attached):
                welcomeBack()

            case (.connecting, .detached), (.talking, .detached): suspend()
            case (.waiting, .detached), (.suspended, .detached): break
            case (.ending, .detached): client = nil
            case (.ended, .detached):
                client = nil
                if toldScore != nil { sayGoodbye() }

            case (.connecting, .message(let message)), (.talking, .message(let message)),
                (.ending, .message(let message)), (.ended, .message(let message)):
                receive(message)
            case (_, .nonsense(let code, let message)): object(to: code, message)
            case (_, .brokenEvent(let eventId, let message)): refuse(eventId, "invalid_event", message)
            // From a connection that was closed a moment ago.
            case (.waiting, .message), (.suspended, .message): break

            case (.waiting, .batch(let number, let events)), (.connecting, .batch(let number, let events)),
                (.talking, .batch(let number, let events)), (.suspended, .batch(let number, let events)),
                (.ending, .batch(let number, let events)):
                act(.answer(batch: number, results: take(batch: events)))
            case (.ended, .batch(let number, let events)):
                act(.answer(batch: number, results: events.map { lateResult(of: $0) }))

            case (.connecting, .upstreamOpened), (.talking, .upstreamOpened), (.suspended, .upstreamOpened):
                configure()
            case (.waiting, .upstreamOpened), (.ending, .upstreamOpened), (.ended, .upstreamOpened):
                act(.disconnect)
            case (.connecting, .upstream(let event)), (.talking, .upstream(let event)),
                (.suspended, .upstream(let event)), (.ending, .upstream(let event)):
                hear(event)
            case (.waiting, .upstream), (.ended, .upstream): break
            case (.connecting, .upstreamLost(let failure, let detail)),
                (.talking, .upstreamLost(let failure, let detail)),
                (.suspended, .upstreamLost(let failure, let detail)), (.ending, .upstreamLost(let failure, let detail)):
                lose(failure, detail)
            case (.waiting, .upstreamLost), (.ended, .upstreamLost): break

            case (.connecting, .supervisorFound), (.talking, .supervisorFound), (.suspended, .supervisorFound),
                (.ending, .supervisorFound):
                openSupervision()
            case (.waiting, .supervisorFound), (.ended, .supervisorFound): break
            case (_, .supervisorLost):
                isSupervised = false
                act(.stop(.verdict))
            case (.connecting, .verdict(let verdict)), (.talking, .verdict(let verdict)),
                (.suspended, .verdict(let verdict)), (.ending, .verdict(let verdict)):
                take(verdict)
            case (.talking, .finding(let finding)), (.suspended, .finding(let finding)),
                (.ending, .finding(let finding)),
                (.connecting, .finding(let finding)):
                take(finding)
            case (.connecting, .evaluationFailed(let evalSeq, let code)),
                (.talking, .evaluationFailed(let evalSeq, let code)),
                (.suspended, .evaluationFailed(let evalSeq, let code)),
                (.ending, .evaluationFailed(let evalSeq, let code)):
                takeFailure(of: evalSeq, code)
            // The record is closed, or has not begun.
            case (.waiting, .verdict), (.ended, .verdict), (.waiting, .finding), (.ended, .finding),
                (.waiting, .evaluationFailed), (.ended, .evaluationFailed):
                break

            case (_, .timer(let timer)): fire(timer)
            case (_, .journal(let state)): journalIs(state)

            case (.ended, .stored): act(.judge)
            case (.ended, .judged(let score, let error)): conclude(score, error)
            case (.ended, .rejudging(let isIt)): if isIt { act(.judge) } else { sayGoodbye() }
            case (_, .stored), (_, .judged), (_, .rejudging): break

            case (.waiting, .leave), (.connecting, .leave), (.suspended, .leave): handOver()
            case (.talking, .leave): prepareToLeave()
            case (.ending, .leave): if isLeaving { hangUp() } else { prepareToLeave() }
            case (.ended, .leave): leave()
            }
            settle()
            let result = actions
            actions = []
            return result
        }

        private mutating func fire(_ timer: Timer) {
            switch (phase, timer) {
            case (.connecting, .connect), (.talking, .connect), (.suspended, .connect):
                act(.disconnect)
                lose(.reconnect, "not ready in time")
            case (.connecting, .reconnect), (.talking, .reconnect), (.suspended, .reconnect): connect()
            case (.waiting, .session), (.connecting, .session), (.talking, .session), (.suspended, .session):
                finish(.timeLimit)
            case (.waiting, .wrapUp), (.connecting, .wrapUp), (.talking, .wrapUp), (.suspended, .wrapUp):
                wrapUp = max(wrapUp, .due)
            case (.connecting, .renew), (.talking, .renew), (.suspended, .renew): upstream.isOld = true
            case (.connecting, .idle), (.talking, .idle), (.suspended, .idle): considerIdling()
            case (.waiting, .resume), (.suspended, .resume): finish(.clientLost)
            case (_, .resumeGrace): goOnWithoutResume()
            case (.connecting, .verdict), (.talking, .verdict), (.suspended, .verdict):
                if isSupervised { act(.replaceSupervisor) }
            case (.talking, .stall), (.suspended, .stall), (.ending, .stall): considerStall()
            case (.talking, .retryResponse), (.suspended, .retryResponse): requestResponse()
            // What there is to do when something begins or ends playing is done after every input.
            case (_, .playback): playbackTimer = nil
            case (.ending, .lastWords): ending?.wordsAreOut = true
            case (.ending, .stragglers): ending?.gaveUpOnStragglers = true
            case (.ended, .score): conclude(nil, "scoring_pending")
            case (.ended, .farewell): act(.askForRejudging)
            case (.waiting, .leave), (.connecting, .leave), (.talking, .leave), (.suspended, .leave): handOver()
            case (.ending, .leave): hangUp()
            // A timer that was stopped too late.
            case (_, .connect), (_, .reconnect), (_, .session), (_, .wrapUp), (_, .renew), (_, .idle), (_, .resume),
                (_, .stall), (_, .retryResponse), (_, .lastWords), (_, .stragglers), (_, .score), (_, .farewell),
                (_, .leave), (_, .verdict):
                break
            }
        }

        /// What follows from the state as it now is, whatever led there.
        private mutating func settle() {
            settleSpeeches()
            renewLine()
            injectState()
            sayWhatIsOwed()
            wrapUpInTime()
            if phase == .talking, now.milliseconds >= plan.limits.supervisorMayEnd.milliseconds,
                let outcome = supervision.agreedEnd, isBetweenTurns
            {
                finish(.supervisor(outcome))
            }
            settleEnding()
            leaveWhenQuiet()
            schedulePlayback()
        }

        var isBetweenTurns: Bool {
            let answerIsDue = answerDueSince.map { now - $0 < 5_000 } ?? false
            return !response.isRunning && !traineeSpeaks && !answerIsDue && !playback.isPlaying(at: now)
        }

        // MARK: Small change

        mutating func act(_ action: Action) { actions.append(action) }

        mutating func enter(_ next: Phase) {
            guard phase != next else { return }
            phase = next
            let recorded: SessionPhase =
                switch next {
                case .waiting: .waiting
                case .connecting: .connecting
                case .talking: .talking
                case .suspended: .suspended
                case .ending: .ending
                case .ended: .ended
                }
            record(.phase(recorded))
        }

        mutating func record(_ content: RecordedFact.Content) {
            act(.record(ledger.add(content, at: now)))
        }

        mutating func note(_ level: Note.Level, _ text: String, _ details: [String: String] = [:]) {
            act(.log(Note(level: level, text: text, details: details)))
        }

        mutating func system(_ what: String) {
            record(.event(SessionEvent(time: now.seconds, type: .system, data: .string(what))))
        }
    }
}
