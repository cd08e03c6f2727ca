import Domain

extension LiveSession.StateMachine {
    /// The one answer that may be under way in a conversation.
    struct Response {
        var isActive = false
        var id: String?
        /// We have asked for one, and it has not begun.
        var isRequested = false
        /// One is to be asked for as soon as none is under way.
        var isWanted = false
        var retries = 0
        /// Answers that were called off: what still comes of them is dropped.
        var calledOff: [String] = []
        var answeredCalls: Set<String> = []

        var isRunning: Bool { isActive || isRequested }
    }

    /// Waits before a failed answer is asked for again, in milliseconds.
    private static let retryDelays = [1_000, 2_000, 4_000]

    mutating func requestResponse() {
        guard upstream.isReady, phase == .talking || phase == .suspended else { return }
        if response.isRunning {
            response.isWanted = true
        } else {
            response.isWanted = false
            response.isRequested = true
            command(.createResponse)
            act(.start(.stall, after: plan.limits.stall))
        }
    }

    mutating func cancelResponse() {
        guard response.isActive else { return }
        callOff()
        command(.cancelResponse(id: response.id))
    }

    /// Nothing more of the running answer is passed on.
    mutating func callOff() {
        guard response.isActive, let id = response.id, !response.calledOff.contains(id) else { return }
        response.calledOff.append(id)
        if response.calledOff.count > 32 { response.calledOff.removeFirst() }
    }

    mutating func responseBegan(_ id: String?) {
        response.isActive = true
        response.id = id
        response.isRequested = false
        answerDueSince = nil
        act(.start(.stall, after: plan.limits.stall))
        if phase == .suspended || phase == .ending { cancelResponse() }
    }

    mutating func responseEnded(_ done: RealtimeEvent.Response) {
        if let usage = done.usage { count(usage) }
        let isOurs = done.id == nil || response.id == nil || done.id == response.id
        if isOurs {
            response.isActive = false
            response.id = nil
            act(.stop(.stall))
        }
        for item in done.output {
            if item.kind == .assistant, let text = item.text, speeches[item.id]?.textIsComplete == false {
                speeches[item.id]?.text = text
            }
        }
        for id in unsettledSpeeches
        where speeches[id]?.responseId == nil || speeches[id]?.responseId == done.id || isOurs {
            speeches[id]?.textIsComplete = true
            speeches[id]?.audioIsComplete = true
        }
        for item in done.output {
            if case .functionCall(let call) = item.kind { answer(call, of: done) }
        }
        switch done.status {
        case .completed:
            response.retries = 0
            upstream.losses = 0
        case .cancelled: break
        case .incomplete: note(.info, "an answer was cut off", ["reason": done.reason ?? "none"])
        case .failed: responseFailed(done.error ?? RealtimeError())
        }
        if isOurs, response.isWanted, phase == .talking { requestResponse() }
    }

    private mutating func responseFailed(_ error: RealtimeError) {
        let failure = RealtimeFailure(error, isSessionUpdate: false)
        note(
            .warning, "an answer failed",
            ["code": error.code ?? "none", "message": String((error.message ?? "none").prefix(300))])
        switch failure {
        case .fatal:
            act(.disconnect)
            lose(failure, "failed response")
        default: retryResponse()
        }
    }

    /// Asks again after a wait; the trainee waits for this answer.
    mutating func retryResponse() {
        guard phase == .talking else { return }
        guard response.retries < Self.retryDelays.count else {
            act(.disconnect)
            return lose(.reconnect, "no answer after \(Self.retryDelays.count) retries")
        }
        act(.start(.retryResponse, after: .milliseconds(Self.retryDelays[response.retries])))
        response.retries += 1
    }

    private mutating func count(_ usage: TokenUsage) {
        var total = ledger.usage
        total.inputTokens += usage.inputTokens
        total.cachedInputTokens += usage.cachedInputTokens
        total.outputTokens += usage.outputTokens
        if total != ledger.usage { record(.usage(total)) }
    }

    // MARK: Function calls

    private mutating func answer(_ call: RealtimeEvent.FunctionCall, of done: RealtimeEvent.Response) {
        guard !call.callId.isEmpty else {
            return note(.warning, "a function call without an id cannot be answered", ["name": call.name])
        }
        guard response.answeredCalls.insert(call.callId).inserted else { return }
        func output(_ value: JSONValue) { command(.createItem(.functionOutput(callId: call.callId, output: value))) }
        guard call.name == EndConversation.name else {
            note(.warning, "the model called a function that it was not given", ["name": String(call.name.prefix(64))])
            output(["error": "there is no such function"])
            return requestResponse()
        }
        guard done.status == .completed else {
            return output(["error": "interrupted, and so not done"])
        }
        guard let outcome = EndConversation.outcome(inArguments: call.arguments) else {
            note(.warning, "end_conversation with arguments that make no sense")
            let allowed = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            output(["error": .string("outcome must be one of \(allowed)")])
            return requestResponse()
        }
        output(["ok": true])
        guard ending == nil else { return }
        record(.outcomeClaim(OutcomeClaim(source: .voiceModel, outcome: outcome, time: now.seconds)))
        finish(.endConversation(outcome))
    }
}
