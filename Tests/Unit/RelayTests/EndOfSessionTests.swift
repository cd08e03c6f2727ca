import Domain
import Storage
import Testing

@testable import Conversation
@testable import RelayService

@Suite struct EndOfSessionTests {
    private func call(_ arguments: String, name: String = "end_conversation") -> RealtimeEvent.Item {
        .init(id: "f1", kind: .functionCall(.init(callId: "call_1", name: name, arguments: arguments)))
    }

    @Test func `the last words are played before upstream is closed`() {
        var rig = Rig.talking { $0.limits.supervisorMayEnd = .zero }
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(3_000, of: "a1")
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "Fine, I take it. Bye!"),
            .responseDone(.init(id: "r1", status: .completed, output: [call(#"{"outcome":"converted"}"#)])))
        #expect(rig.did.contains(#"output call_1 {"ok":true}"#))
        #expect(rig.did.contains("record claim voice_model converted"))
        #expect(!rig.history.contains("respond"))
        #expect(rig.conversation.phase == .live(.ending))
        #expect(rig.microphone(20) == .drop)
        rig.fire(.playback, after: 3_000)
        #expect(rig.conversation.phase == .live(.ending))
        rig.fire(.playback, after: Ending.playoutMarginMs)
        #expect(
            rig.did.filter { !$0.hasPrefix("stop") && !$0.hasPrefix("start playback") } == [
                "disconnect", "start score 240000", #"record event SYSTEM "Session_End""#, "record phase ended",
                "send 3 session_ended converted end_conversation:converted",
                "store end_conversation:converted converted",
            ])
        #expect(rig.ending?.facts == rig.facts)
        #expect(rig.ending?.durationMs == 4_400)
        #expect(rig.step(.stored) == ["score"])
        #expect(
            rig.step(.scored(nil, error: "model_refused")) == [
                "stop score", "stop farewell", "send 4 score model_refused", "close 1000", "retire",
            ])

    }

    @Test func `an answer with two calls that are refused is followed by one more answer`() {
        var rig = Rig.talking()
        func call(_ number: Int, _ name: String) -> RealtimeEvent.Item {
            .init(
                id: "f\(number)",
                kind: .functionCall(.init(callId: "call_\(number)", name: name, arguments: #"{"outcome":"x"}"#)))
        }
        rig.hear(.responseCreated(id: "r1"))
        rig.hear(
            .responseDone(
                .init(id: "r1", status: .completed, output: [call(1, "end_conversation"), call(2, "no_such_function")]))
        )
        #expect(rig.history.filter { $0.hasPrefix("output") }.count == 2)
        rig.answer("Well.", response: "r2")
        #expect(rig.history.filter { $0 == "respond" }.count == 1)
    }

    @Test func `a client that has played everything is not kept waiting`() {
        var rig = Rig.talking()
        rig.answer("Bye.", length: 3_000)
        rig.step(.message(.endSession), after: 100)
        #expect(rig.conversation.phase == .live(.ending))
        rig.step(.message(.played(.init(itemId: "a1", offsetMs: 3_000))), after: 1_000)
        #expect(rig.conversation.phase == .ended)
    }

    @Test func `a last utterance that was played at once is in the record, and nothing is sent after the end`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(3_000, of: "a1")
        rig.step(.message(.played(.init(itemId: "a1", offsetMs: 3_000))))
        rig.step(.message(.endSession))
        rig.hear(
            .wordsDone(itemId: "a1", responseId: "r1", text: "Bye."), .audioDone(itemId: "a1", responseId: "r1"),
            .responseDone(.init(id: "r1", status: .completed, output: [])))
        #expect(rig.conversation.phase == .ended)
        let stored = rig.ending?.facts.contains { if case .utterance = $0.content { true } else { false } }
        #expect(stored == true)
        #expect(rig.step(.message(.ping(t: 1)), after: 1) == ["send pong"])
    }

    @Test func `the last words are waited for at most 15 s`() {
        var rig = Rig.talking()
        rig.hear(.responseCreated(id: "r1"))
        rig.audio(60_000, of: "a1")
        rig.hear(.words(itemId: "a1", responseId: "r1", delta: "one two three four"))
        #expect(rig.step(.message(.endSession)).contains("start lastWords 15000"))
        rig.fire(.lastWords, after: 15_000)
        #expect(rig.conversation.phase == .ended)
        #expect(rig.transcript.map(\.text) == ["one"])
        #expect(rig.transcript.first?.interrupted == true)
    }

    @Test func `an answer that was requested and has not begun is not waited for`() {
        var rig = Rig.talking()
        rig.step(.message(.text("Bye")))
        rig.step(.message(.endSession))
        #expect(rig.conversation.phase == .ended)
    }

    @Test func `transcripts may come three seconds late`() {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t1", after: .first))
        #expect(rig.step(.message(.endSession)).contains("start stragglers 3000"))
        #expect(rig.hear(.transcribed(itemId: "t1", text: "Bye."), after: 2_000).contains("send 2 TRAINEE Bye."))
        #expect(rig.conversation.phase == .ended)
    }

    @Test func `late transcripts are waited for while the last words play, not after them`() {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t1", after: .first))
        rig.answer("Bye.", length: 5_000)
        #expect(rig.step(.message(.endSession)).contains("start stragglers 3000"))
        rig.fire(.stragglers, after: 3_000)
        #expect(rig.conversation.phase == .live(.ending))
        // They are still accepted as long as something plays.
        #expect(rig.hear(.transcribed(itemId: "t1", text: "Hello."), after: 500).contains { $0.hasSuffix("Hello.") })
        rig.step(.message(.played(.init(itemId: "a1", offsetMs: 5_000))), after: 1_500)
        #expect(rig.conversation.phase == .ended)
        #expect(rig.transcript.map(\.text) == ["Hello.", "Bye."])
    }

    @Test func `transcripts that come later are inaudible`() {
        var rig = Rig.talking()
        rig.hear(.committed(itemId: "t1", after: .first))
        rig.step(.message(.endSession))
        rig.fire(.stragglers, after: 3_000)
        #expect(rig.conversation.phase == .ended)
        #expect(rig.transcript.map(\.text) == ["[inaudible]"])
    }

    @Test func `a sentence that the end cuts short is committed and waited for`() {
        var rig = Rig.talking()
        rig.hear(.speechStarted(itemId: "t1", audioStartMs: nil))
        #expect(rig.step(.message(.endSession)).contains("commit"))
        #expect(rig.conversation.phase == .live(.ending))
        rig.hear(.committed(itemId: "t1", after: .first), .transcribed(itemId: "t1", text: "Good"))
        #expect(rig.conversation.phase == .ended)
        #expect(rig.transcript.map(\.text) == ["Good"])
    }

    @Test func `the tool and the client together end the session once`() {
        var rig = Rig.talking()
        rig.answer("Bye.", length: 1_000)
        rig.step(.message(.endSession))
        rig.hear(.responseDone(.init(id: "r2", status: .completed, output: [call(#"{"outcome":"rejected"}"#)])))
        rig.step(.message(.endSession))
        rig.fire(.playback, after: 2_000)
        #expect(rig.history.filter { $0.contains("session_ended") }.count == 1)
        #expect(rig.ending?.endTrigger == "end_session")
        rig.step(.stored)
        rig.step(.scored(nil, error: "x"))
        rig.step(.scored(nil, error: "x"))
        #expect(rig.history.filter { $0.contains(" score ") && $0.hasPrefix("send") }.count == 1)
    }

    @Test(arguments: ["{}", "{", #"{"outcome":"sold"}"#])
    func `end_conversation without a known outcome is answered and ends nothing`(arguments: String) {
        var rig = Rig.talking()
        rig.hear(.responseDone(.init(id: "r1", status: .completed, output: [call(arguments)])))
        #expect(rig.did.contains { $0.hasPrefix("output call_1") && $0.contains("error") })
        #expect(rig.did.contains("respond"))
        #expect(rig.conversation.phase == .live(.talking))
    }

    @Test func `a function that we did not offer is answered, once`() {
        var rig = Rig.talking()
        let done = RealtimeEvent.responseDone(.init(id: "r1", status: .completed, output: [call("{}", name: "rm_rf")]))
        rig.hear(done)
        rig.hear(done)
        #expect(rig.history.filter { $0.hasPrefix("output") }.count == 1)
    }

    @Test(arguments: [
        (Conversation.Timer.session, 0, "time_limit"), (.idle, 120_000, "idle"),
    ])
    func `time and silence end a session`(timer: Conversation.Timer, after: Int, trigger: String) {
        var rig = Rig.talking()
        rig.fire(timer, after: after)
        #expect(rig.ending?.endTrigger == trigger)
    }

    @Test(arguments: [(3, Outcome.walkedAway), (7, .converted), (9, .converted), (2, .rejected), (6, .walkedAway)])
    func `without a stated outcome the attitude decides`(attitude: Int, outcome: Outcome) {
        #expect(EndReason(.endSession).outcome(attitude: attitude, initial: 3, convertsAt: 7) == outcome)
        #expect(EndReason(.clientLost).outcome(attitude: attitude, initial: 3, convertsAt: 7) == .walkedAway)
        #expect(
            EndReason(.endConversation(.rejected)).outcome(attitude: attitude, initial: 3, convertsAt: 7)
                == .rejected)
    }

    @Test func `a session whose client is gone is still scored`() {
        var rig = Rig.talking()
        rig.step(.message(.endSession))
        rig.step(.detached)
        rig.step(.stored)
        #expect(rig.step(.scored(nil, error: nil)).suffix(1) == ["retire"])
        #expect(!rig.did.contains("close 1000"))
    }

    @Test func `a client that returns after the end gets the outcome and its score`() {
        var rig = Rig.talking()
        rig.step(.message(.endSession))
        rig.step(.detached)
        #expect(rig.step(.attached).contains("send ready 2 ended"))
        #expect(
            rig.step(.message(.resume(lastSeq: 1, played: nil))).contains(
                "send 2 session_ended walked_away end_session"))
        rig.step(.stored)
        #expect(rig.step(.scored(nil, error: "x")).contains("send 3 score x"))
    }

    private func score(_ revision: Int, outcome: Outcome = .rejected, findings: [Finding] = []) -> Scorecard {
        Scorecard(
            overall: 40 + revision, categories: [:], highlights: [], improvements: [], summary: "", verdict: .failed,
            failReasons: [], outcome: outcome, details: [], salesSteps: [], findings: findings, samples: [], spread: 0,
            needsReview: false, flags: [], revision: revision, model: "m", rubricVersion: 1, promptVersion: 1)
    }

    @Test func `the final outcome and changed findings come before the score, then the client may leave`() {
        var rig = Rig.talking()
        rig.step(.supervisorFound)
        rig.step(.finding(finding("forbidden_word")))
        rig.step(.message(.endSession))
        rig.step(.stored)
        var disputed = finding("forbidden_word")
        disputed.status = .disputed
        var suspected = finding("product_claim")
        suspected.status = .suspected
        #expect(
            rig.step(.scored(score(1, findings: [disputed, suspected]), error: nil)) == [
                "stop score", "start farewell 1000", "send session_outcome", "send 5 compliance forbidden_word",
                "send 6 score 41",
            ])

        let told = rig.sent.compactMap { message -> Scorecard? in
            if case .score(_, let data, _) = message { data } else { nil }
        }
        #expect(told.map { $0.findings.map(\.status) } == [[.disputed]])
        #expect(rig.fire(.farewell) == ["check rescoring"])
        #expect(rig.step(.rescoring(false)) == ["stop farewell", "close 1000", "retire"])
    }

    @Test func `late events lead to another score, and findings that they removed are dismissed`() {
        var rig = Rig.talking()
        rig.step(.message(.endSession))
        rig.step(.stored)
        rig.step(.scored(score(1, findings: [finding("age_check")]), error: nil))
        rig.fire(.farewell)
        #expect(rig.step(.rescoring(true)) == ["score"])
        #expect(
            rig.step(.scored(score(2, outcome: .converted), error: nil)) == [
                "stop score", "start farewell 1000", "send session_outcome", "send 7 compliance age_check",
                "send 8 score 42",
            ])

        rig.fire(.farewell)
        rig.step(.rescoring(true))
        // The same score again is not sent.
        #expect(rig.step(.scored(score(2, outcome: .converted), error: nil)) == ["stop score", "start farewell 1000"])
        #expect(rig.step(.detached) == ["stop farewell", "retire"])
    }

    @Test func `a call without speech has no score`() {
        var rig = Rig.talking()
        rig.step(.message(.endSession))
        rig.step(.stored)
        var empty = score(1)
        empty.notCountedReason = Scorecard.noSpeech
        #expect(rig.step(.scored(empty, error: nil)).contains("send 4 score no_speech"))
    }

    @Test func `an end by the client is recorded as an outcome claim`() {
        var rig = Rig.talking()
        rig.step(.message(.endSession))
        #expect(
            rig.facts.contains {
                if case .outcomeClaim(let claim) = $0.content { claim.source == .client } else { false }
            })
    }

    @Test func `the wait for a score is bounded`() {
        var rig = Rig.talking()
        rig.step(.message(.endSession))
        rig.step(.stored)
        #expect(rig.fire(.score, after: 240_000).contains("send 3 score scoring_pending"))
        #expect(rig.step(.scored(nil, error: nil)) == [])
    }

    @Test func `inputs after the end change nothing in the record`() {
        var rig = Rig.talking()
        rig.step(.message(.endSession))
        let facts = rig.facts.count
        rig.step(.verdict(verdict(9, 5)))
        rig.step(.finding(finding("forbidden_word")))
        rig.step(.upstream(.transcribed(itemId: "t9", text: "late")))
        rig.step(.message(.event(event("e9"))))
        rig.step(.message(.text("hello")))
        rig.step(.supervisorFound)
        #expect(rig.facts.count == facts)
    }
}
