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

    /// Has the customer answer, as soon as it can.
    mutating func requestResponse() {
        guard phase == .talking, upstream.isReady else {
            isAnswerOwed = phase == .talking || phase == .suspended
            return
        }
        // What is being said now will be answered by itself.
        guard !traineeSpeaks else { return }
        if response.isRunning {
            response.isWanted = true
        } else {
            response.isWanted = false
            response.isRequested = true
            command(.createResponse)
            watch()
        }
    }

    /// An answer that was lost is asked for as soon as somebody is there who gives it and somebody who hears it.
    mutating func sayWhatIsOwed() {
        guard isAnswerOwed, phase == .talking, upstream.isReady, client?.isReady == true, client?.holdsFrom == nil
        else { return }
        isAnswerOwed = false
        requestResponse()
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
        watch()
        switch phase {
        case .suspended:
            // Nobody would hear it; who comes back is answered then.
            isAnswerOwed = true
            cancelResponse()
        case .ending: cancelResponse()
        case .waiting, .connecting, .talking, .ended: break
        }
    }

    mutating func responseEnded(_ done: RealtimeEvent.Response) {
        if let usage = done.usage { count(usage) }
        let isOurs = done.id == nil || response.id == nil || done.id == response.id
        if isOurs {
            response.isActive = false
            response.id = nil
            watch()
        }
        for item in done.output {
            if item.kind == .assistant, let text = item.text, speeches[item.id]?.textIsComplete == false {
                speeches[item.id]?.words.complete(text)
            }
        }
        closeSpeeches(of: done, isOurs)
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

    /// Nothing more comes of these items. An answer that did not come to its end broke off in its last one.
    private mutating func closeSpeeches(of done: RealtimeEvent.Response, _ isOurs: Bool) {
        let closed = unsettledSpeeches.filter {
            let responseId = speeches[$0]?.responseId
            return responseId == nil || responseId == done.id || isOurs
        }
        for id in closed {
            speeches[id]?.textIsComplete = true
            speeches[id]?.audioIsComplete = true
        }
        guard done.status == .cancelled || done.status == .failed, let last = closed.last else { return }
        speeches[last]?.isBrokenOff = true
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
        default: retryResponse(after: failure)
        }
    }

    /// Asks again after a wait; the trainee waits for this answer.
    mutating func retryResponse(after failure: RealtimeFailure) {
        guard phase == .talking else { return }
        let most = failure == .retryResponseOnce ? 1 : Self.retryDelays.count
        guard response.retries < most else {
            isAnswerOwed = true
            act(.disconnect)
            return lose(.reconnect, "no answer after \(response.retries) retries")
        }
        let delay = max(upstream.limitedUntil - now, 0)
        act(.start(.retryResponse, after: .milliseconds(delay > 0 ? delay : Self.retryDelays[response.retries])))
        response.retries += 1
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
