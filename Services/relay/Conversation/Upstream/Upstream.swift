import Domain

/// The Realtime API's side of the conversation: the connection and the answer under way.
struct Upstream {
    /// What a connection that became ready replaces.
    struct Ready {
        /// It is the session's first.
        var isFirst: Bool
        /// The client knows that the one before was lost.
        var endsReportedLoss: Bool
    }

    /// Waits between attempts to connect, in milliseconds, before jitter; after the last there is no further attempt.
    private static let connectDelays = [500, 1_000, 2_000, 4_000, 8_000]
    /// A connection that is lost more often than this without a complete answer in between is given up.
    static let mostLosses = 8
    /// Waits before a failed answer is asked for again, in milliseconds.
    private static let retryDelays = [1_000, 2_000, 4_000]
    /// Longest wait for a rate limit, in seconds; the trainee has long asked again by then.
    private static let longestLimit = 20.0

    private var connection: UpstreamConnection
    private var answer = Answer()
    private var calls = PendingCalls()
    private var transcription: Transcription
    /// The trainee waits for an answer that was lost, with the connection or while the client was gone.
    private var owesAnswer = false
    private var replayedItems = 0
    private var echoes = Echoes()

    init(settings: RealtimeSettings) {
        connection = UpstreamConnection(settings: settings)
        transcription = Transcription(hasModel: settings.transcriptionModel != nil)
    }

    // MARK: The connection

    var isReady: Bool { connection.stage == .ready }
    var isConfiguring: Bool { connection.stage == .configuring }
    var wasReadyBefore: Bool { connection.wasReadyBefore }
    var isOld: Bool { connection.isOld }
    /// Nil when what the trainee says is not written down.
    var transcriptionModel: String? { connection.settings.transcriptionModel }
    /// Another transcription model was asked for, and the server has not confirmed it.
    var isTryingTranscription: Bool { transcription.isTrial }
    var hasVoice: Bool { connection.settings.voice != nil }

    mutating func connect(within limit: Duration, _ effects: inout Effects) {
        connection.stage = .opening
        connection.attempts += 1
        effects.start(.connect, after: limit)
        effects.perform(.connect)
    }

    /// The next attempt to connect is the first of a new series.
    mutating func resetAttempts() {
        connection.attempts = 0
    }

    /// - Parameter detectsTurns: whether the server detects turns; otherwise they end where we commit the audio.
    mutating func configure(detectsTurns: Bool, _ effects: inout Effects) {
        connection.stage = .configuring
        connection.settings.detectsTurns = detectsTurns
        echoes = Echoes()
        send(.updateSession(connection.settings), &effects)
    }

    /// - Returns: nil unless this confirms the settings of a new connection.
    mutating func confirm(_ effects: inout Effects) -> Ready? {
        transcription.confirmed()
        guard connection.stage == .configuring else { return nil }
        connection.stage = .ready
        connection.attempts = 0
        connection.isOld = false
        effects.stop(.connect)
        let ready = Ready(isFirst: !connection.wasReadyBefore, endsReportedLoss: connection.lossWasReported)
        connection.wasReadyBefore = true
        return ready
    }

    /// The conversation so far has been sent; from now on the server detects turns.
    mutating func detectTurnsAgain(_ effects: inout Effects) {
        guard !connection.settings.detectsTurns else { return }
        connection.settings.detectsTurns = true
        send(.updateSession(connection.settings), &effects)
    }

    /// - Returns: whether another transcription model should be tried.
    mutating func transcriptionFailed(_ code: String?) -> Bool {
        guard transcriptionModel != nil else { return false }
        return transcription.failed(code)
    }

    mutating func wordsCame() {
        transcription.wordsCame(from: transcriptionModel)
    }

    /// Asks for the next transcription model, or for none. If the one that is tried is refused, the one before is asked
    /// for again, provided that it has worked: two failed turns may have had another cause.
    ///
    /// - Parameter wordsAreLost: whether the current model failed and the client is told even if there is a next one;
    ///   otherwise it was refused.
    mutating func tryNextTranscription(wordsAreLost: Bool, _ effects: inout Effects) {
        if !wordsAreLost, let working = transcription.takeWorkingModel(except: transcriptionModel) {
            connection.settings.transcriptionModel = working
        } else {
            connection.settings.useNextTranscriptionModel()
        }
        transcription.tryNext(tellsClient: wordsAreLost || transcriptionModel == nil)
        send(.updateSession(connection.settings), &effects)
    }

    /// - Returns: whether the client has to be told that words are not written down.
    mutating func takeTranscriptionNotice() -> Bool { transcription.takeNotice() }

    /// Sends the settings again without a key that the server has refused.
    ///
    /// - Returns: false when it was left out already.
    mutating func leaveOut(_ key: OptionalKey, _ effects: inout Effects) -> Bool {
        guard connection.settings.optionalKeys.remove(key) != nil else { return false }
        send(.updateSession(connection.settings), &effects)
        return true
    }

    mutating func goOnWithoutVoice(_ effects: inout Effects) {
        connection.settings.voice = nil
        send(.updateSession(connection.settings), &effects)
    }

    /// - Returns: the `event_id`, whose first part says what kind of event it names; nil when no connection takes
    ///   commands.
    @discardableResult
    mutating func send(_ command: RealtimeCommand, _ effects: inout Effects) -> String? {
        guard connection.stage == .configuring || connection.stage == .ready else { return nil }
        connection.commands += 1
        let id = "\(command.kind)_\(connection.commands)"
        if case .createItem(let item) = command { echoes.expect(item) }
        effects.perform(.command(command, eventId: id))
        return id
    }

    // MARK: Losing it

    /// A connection that was ready is lost, and its answer with it.
    mutating func countLoss() {
        connection.losses += 1
        connection.attempts = 0
    }

    mutating func close(_ effects: inout Effects) {
        connection.stage = .closed
        effects.stop(.connect)
        effects.stop(.stall)
        effects.stop(.renew)
        endRetry(&effects)
        answer = Answer()
        calls = PendingCalls()
    }

    /// Closes the connection without expecting another.
    mutating func hangUp() {
        connection.stage = .closed
    }

    /// - Returns: how long to wait before the next attempt to connect; nil when there is none.
    mutating func planReconnect() -> Duration? {
        guard connection.attempts <= Self.connectDelays.count, connection.losses <= Self.mostLosses else { return nil }
        connection.lossWasReported = true
        return .milliseconds(Self.connectDelays[max(0, connection.attempts - 1)])
    }

    mutating func endReportedLoss() {
        connection.lossWasReported = false
    }

    mutating func grewOld() {
        connection.isOld = true
    }

    /// Gives up a connection that is about to end, for a new one.
    mutating func retire(_ effects: inout Effects) {
        connection.isOld = false
        connection.stage = .closed
        connection.attempts = 0
        answer = Answer()
        calls = PendingCalls()
        effects.stop(.stall)
        effects.perform(.disconnect)
    }

    // MARK: Signs of life

    mutating func showedLife(at now: SessionTime) {
        connection.lastEvent = now
    }

    mutating func sentAudio(at now: SessionTime) {
        if now - connection.lastAudio > Self.pauseMs { connection.fedSince = now }
        connection.lastAudio = now
    }

    /// Milliseconds without a sign of life, and whether audio is sent, and has been for a while.
    func silence(at now: SessionTime, answerDueSince: SessionTime?) -> (ms: Int, isFed: Bool) {
        (
            now - max(connection.lastEvent, answerDueSince ?? .zero),
            now - connection.lastAudio < Self.pauseMs && now - connection.fedSince >= Self.noticedMs
        )
    }

    /// From this on a pause in the trainee's audio is one, in milliseconds.
    private static let pauseMs = 1_000
    /// A server that works has noticed audio by now, in milliseconds.
    private static let noticedMs = 10_000

    /// An exhausted rate limit resets in this many seconds.
    mutating func limit(seconds: Double, at now: SessionTime) {
        connection.limitedUntil = now + Int(min(max(seconds, 0), Self.longestLimit) * 1_000)
    }

    // MARK: Answers

    var isAnswering: Bool { answer.isRunning }
    var isAnswerRequested: Bool { answer.isRequested }
    var isAnswerWanted: Bool { answer.isWanted }
    /// The last answer has failed and is asked for again after a wait.
    var isRetryDue: Bool { answer.awaitsRetry }
    var isAnswerOwed: Bool { owesAnswer }
    var answerId: String? { answer.id }
    /// An answer is under way and is forwarded to the client.
    var isBeingHeard: Bool { answer.isRunning && !(answer.id.map(answer.calledOff.contains) ?? false) }

    func isCalledOff(_ responseId: String) -> Bool { answer.calledOff.contains(responseId) }

    mutating func requestAnswer(_ effects: inout Effects) {
        endRetry(&effects)
        answer.overdue = .no
        answer.isWanted = false
        answer.isRequested = true
        send(.createResponse, &effects)
    }

    /// Asks for the answer that the server should have begun by itself. It may still do so: then there is one answer.
    mutating func requestOverdueAnswer(_ effects: inout Effects) {
        requestAnswer(&effects)
        answer.overdue = .requested
    }

    /// An answer must be asked for once the one under way is done, unless that one is what was asked for.
    mutating func wantAnswer() {
        if answer.overdue == .no { answer.isWanted = true }
    }

    /// The trainee has said more: another answer must follow the one under way.
    mutating func wantAnotherAnswer() {
        answer.overdue = .no
        answer.isWanted = true
    }

    /// The trainee speaks; what that leads to is the server's business.
    mutating func wantNoAnswer(_ effects: inout Effects) {
        endRetry(&effects)
        answer.overdue = .no
        answer.isWanted = false
    }

    /// The answer that was asked for will not come.
    mutating func forgetRequest() {
        answer.isRequested = false
    }

    /// The trainee gets this answer as soon as OpenAI can give it and a client can hear it.
    mutating func oweAnswer(_ isOwed: Bool = true) {
        owesAnswer = isOwed
    }

    mutating func callOff() {
        answer.callOff()
    }

    mutating func cancelAnswer(_ effects: inout Effects) {
        guard answer.isActive else { return }
        answer.callOff()
        send(.cancelResponse(id: answer.id), &effects)
    }

    /// - Returns: whether the trainee has heard this answer already: the server gave its own, and then the one that it
    ///   was asked for.
    mutating func answerBegan(_ id: String?, _ effects: inout Effects) -> Bool {
        endRetry(&effects)
        let isSecond = answer.overdue == .begun
        if answer.overdue == .requested { answer.overdue = .begun }
        answer.isActive = true
        answer.id = id
        answer.isRequested = false
        answer.isHeard = false
        return isSecond
    }

    /// Audio of the answer was sent to the client.
    mutating func answerIsHeard() {
        answer.isHeard = true
    }

    /// Whether the answer under way has nothing that the trainee could hear, and was not called off.
    var isAnswerUnheard: Bool {
        answer.isActive && !answer.isHeard && !(answer.id.map(answer.calledOff.contains) ?? false)
    }

    /// The answer is over. An audible one ends the count of those that were not.
    ///
    /// - Returns: how many in a row were not.
    mutating func countUnheardAnswer(_ isUnheard: Bool) -> Int {
        answer.unheard = isUnheard ? answer.unheard + 1 : 0
        return answer.unheard
    }

    /// The next turn is answered without regard to those before.
    mutating func forgetUnheardAnswers() {
        answer.unheard = 0
    }

    /// Whether an answer is the one under way; one without an id is.
    func isUnderWay(_ id: String?) -> Bool { answer.isActive && isCurrent(id) }

    private func isCurrent(_ id: String?) -> Bool { id == nil || answer.id == nil || id == answer.id }

    /// - Returns: whether it is the one under way.
    mutating func answerEnded(_ id: String?) -> Bool {
        guard isCurrent(id) else { return false }
        answer.isActive = false
        answer.id = nil
        return true
    }

    /// A complete answer shows that the connection works.
    mutating func answerCompleted() {
        answer.retries = 0
        connection.losses = 0
    }

    var retries: Int { answer.retries }

    /// Asks for a failed answer again after a wait.
    ///
    /// - Returns: false when no retry is left.
    mutating func retryAnswer(after failure: RealtimeFailure, at now: SessionTime, _ effects: inout Effects) -> Bool {
        let most = failure == .retryResponseOnce ? 1 : Self.retryDelays.count
        guard answer.retries < most else { return false }
        let delay = max(connection.limitedUntil - now, 0)
        effects.start(
            .retryResponse, after: .milliseconds(delay > 0 ? delay : Self.retryDelays[answer.retries]))
        answer.retries += 1
        answer.awaitsRetry = true
        return true
    }

    /// The answer is asked for now, begins by itself, or is no longer needed.
    private mutating func endRetry(_ effects: inout Effects) {
        guard answer.awaitsRetry else { return }
        answer.awaitsRetry = false
        effects.stop(.retryResponse)
    }

    /// A part of a function call has come.
    mutating func note(_ call: RealtimeEvent.FunctionCall, itemId: String?, responseId: String?) {
        calls.add(call, itemId: itemId, responseId: responseId)
    }

    /// The function calls of an answer that is done.
    mutating func takeCalls(of done: RealtimeEvent.Response) -> [RealtimeEvent.FunctionCall] { calls.take(of: done) }

    /// - Returns: whether this call has no output yet.
    mutating func takeCall(_ callId: String) -> Bool {
        answer.answeredCalls.insert(callId).inserted
    }

    // MARK: Replay

    mutating func nextReplayId() -> String {
        replayedItems += 1
        return "re_\(replayedItems)"
    }

    /// The id that we gave to an item of the server that repeats an item of ours, perhaps under another id; nil if it
    /// is not ours.
    mutating func takeEcho(_ item: RealtimeEvent.Item) -> String? { echoes.take(item) }

    /// Whether an item is one that we created: a typed utterance or a replayed one.
    static func isOurs(_ itemId: String) -> Bool { Echoes.isOurs(itemId) }
}
