/// The trainee's side of the conversation: the audio that came, what of it has no transcript yet, and typed utterances.
struct Trainee {
    /// In bytes. The server refuses to commit less.
    private static let shortestSentence = 100 * PCM.bytesPerMillisecond

    private struct Turn {
        var isSpoken = false
        /// Set until an answer begins, or until none is expected.
        var endedAt: SessionTime?
        /// When the trainee fell silent, until the first sound of an answer.
        var silentSince: SessionTime?
        /// The item that it became.
        var itemId: String?
        /// An item came of it whose words came, or may come.
        var hasItem = false
        /// An answer was asked for, since none began.
        var isAnswerRequested = false
    }

    private var clock = InputAudioClock()
    private var pieces = AudioPieces()
    private var untranscribed = UntranscribedAudio()
    private var resaid = Resaid()
    private var typedUtterances = 0
    private var turn = Turn()
    private var microphone = Microphone()

    var isSpeaking: Bool { turn.isSpoken }
    /// The client says that no audio comes.
    var isMuted: Bool { microphone.isMuted }
    /// The trainee has finished a turn and no answer has begun.
    var answerDueSince: SessionTime? { turn.endedAt }

    // MARK: Audio

    /// Counts audio that came and is kept.
    ///
    /// - Returns: its positions.
    mutating func receive(_ byteCount: Int, at now: SessionTime) -> Range<Int> {
        let start = clock.position
        clock.received(byteCount, at: now)
        microphone.received(at: now)
        let piece = start..<clock.position
        pieces.add(piece)
        return piece
    }

    /// How late the last piece came, if that was noticeable: in milliseconds, and once.
    mutating func takeGap() -> Int? { microphone.takeGap() }

    mutating func mute(_ isOn: Bool, at now: SessionTime) {
        microphone.mute(isOn, at: now)
    }

    /// How long until silence must be sent in place of audio that does not come; nil when none is needed.
    func silenceIsDue(at now: SessionTime) -> Duration? {
        microphone.wait(isSpeaking: turn.isSpoken, at: now).map { .milliseconds($0) }
    }

    /// The server does not end the turn, whatever it is sent.
    var isUnendingTurn: Bool { turn.isSpoken && microphone.isUsedUp }

    /// Counts silence that is sent upstream now in place of audio, for the time since the last piece.
    ///
    /// - Returns: its positions; nil when there is none.
    mutating func addSilence(at now: SessionTime) -> Range<Int>? {
        let byteCount = microphone.silence(at: now) * PCM.bytesPerMillisecond
        guard byteCount > 0 else { return nil }
        let start = clock.position
        clock.received(byteCount, at: now)
        let piece = start..<clock.position
        pieces.add(piece)
        clock.sent(piece)
        return piece
    }

    /// - Returns: the position that audio must be kept from.
    mutating func trim() -> Int {
        pieces.trim(before: untranscribed.keptFrom(clock.position))
    }

    /// Bytes of audio that are held for the first upstream connection.
    var heldBytes: Int { clock.position - untranscribed.keptFrom(clock.position) }

    /// This piece is sent upstream as it comes.
    mutating func forward(_ piece: Range<Int>) {
        clock.sent(piece)
    }

    /// Sends a ready connection what it must get first: the audio since the beginning of the sentence that is being
    /// spoken.
    ///
    /// - Returns: whether there was any.
    mutating func takeUnsent(_ effects: inout Effects) -> Bool {
        let range = untranscribed.resend(upTo: clock.position)
        guard !range.isEmpty else { return false }
        append(range, &effects)
        return true
    }

    /// Sends a sentence again that has no words yet.
    ///
    /// - Returns: whether it still waits for its words.
    mutating func resend(_ sentence: String, _ effects: inout Effects) -> Bool {
        guard let range = untranscribed.awaited[sentence] else { return false }
        append(range, &effects)
        return true
    }

    private mutating func append(_ range: Range<Int>, _ effects: inout Effects) {
        let pieces = pieces.pieces(in: range)
        guard !pieces.isEmpty else { return }
        for piece in pieces { clock.sent(piece) }
        effects.perform(.appendAudio(pieces))
    }

    // MARK: Turns

    /// - Returns: when the trainee began to speak; `now` without a position from the server.
    mutating func beginSpeaking(audioStartMs: Int?, at now: SessionTime) -> SessionTime {
        turn = Turn(isSpoken: true)
        microphone.expectAudio(at: now)
        let position =
            audioStartMs.map { clock.position(of: $0) } ?? max(0, clock.position - UntranscribedAudio.preRollBytes)
        untranscribed.begin(at: position)
        return audioStartMs == nil ? now : clock.time(at: position, now: now)
    }

    /// - Returns: when the trainee stopped speaking.
    mutating func stopSpeaking(audioEndMs: Int?, at now: SessionTime) -> SessionTime {
        turn = Turn(endedAt: now)
        let position = audioEndMs.map { clock.position(of: $0) } ?? clock.position
        untranscribed.end(at: position)
        let end = clock.time(at: position, now: now)
        turn.silentSince = end
        return end
    }

    /// The first sound of an answer is sent.
    ///
    /// - Returns: for how long the trainee has waited for it, in milliseconds; nil for any later sound.
    mutating func hearsAnswer(at now: SessionTime) -> Int? {
        guard let since = turn.silentSince else { return nil }
        turn.silentSince = nil
        return max(0, now - since)
    }

    /// What the trainee said became an item. This may be all that a server says of a turn.
    ///
    /// - Returns: whether it is another turn than the one that was known.
    mutating func endTurn(as itemId: String, at now: SessionTime) -> Bool {
        let isAnother = turn.itemId.map { $0 != itemId } ?? false
        if isAnother { turn = Turn(hasItem: true) }
        turn.itemId = itemId
        endTurn(at: now)
        return isAnother
    }

    /// We ended the turn ourselves.
    mutating func endTurn(at now: SessionTime) {
        turn.isSpoken = false
        turn.endedAt = now
    }

    /// How long ago the turn ended that still has no answer, in milliseconds, and whether nothing is known of its
    /// words; nil when an answer is not waited for or was asked for.
    func unanswered(at now: SessionTime) -> (ms: Int, isLost: Bool)? {
        guard let ended = turn.endedAt, !turn.isAnswerRequested else { return nil }
        return (now - ended, !turn.hasItem)
    }

    mutating func answerWasRequested() {
        turn.isAnswerRequested = true
    }

    /// An answer has begun, or none will.
    mutating func stopExpectingAnswer() {
        turn.endedAt = nil
    }

    /// Nothing more is heard of the trainee on this connection.
    mutating func stopBeingHeard() {
        turn.isSpoken = false
    }

    // MARK: Sentences

    mutating func commit(_ itemId: String) {
        turn.itemId = turn.itemId ?? itemId
        turn.hasItem = true
        untranscribed.commit(itemId, at: clock.position)
    }

    mutating func transcribed(_ sentence: String) {
        untranscribed.transcribed(sentence)
    }

    /// The words of a sentence are lost, so that the server may not answer its turn.
    mutating func loseWords(of sentence: String) {
        if isOfThisTurn(sentence) { turn.hasItem = false }
    }

    /// A sentence was a noise, which some servers do not answer.
    mutating func heardNoise(as sentence: String) {
        guard isOfThisTurn(sentence) else { return }
        turn.endedAt = nil
        turn.silentSince = nil
    }

    /// Whether a sentence is the turn that was last spoken, as far as is known.
    private func isOfThisTurn(_ sentence: String) -> Bool { turn.itemId.map { $0 == sentence } ?? true }

    /// Sentences whose audio is too short to be sent again.
    func isTooShortToResend(_ sentence: String) -> Bool {
        (untranscribed.awaited[sentence]?.count ?? 0) < Self.shortestSentence
    }

    /// The sentence that an item stands for.
    func sentence(of itemId: String) -> String { resaid.sentence(of: itemId) }

    /// Whether an item repeats a sentence of an earlier connection, which has its utterance already.
    ///
    /// - Parameter isNew: whether no utterance of this item is known.
    mutating func repeats(_ itemId: String, isNew: Bool) -> Bool {
        if resaid.repeats(itemId) { return true }
        guard !resaid.isEmpty, isNew else { return false }
        resaid.assignNext(to: itemId)
        return true
    }

    mutating func resaid(_ sentence: String, committedBy eventId: String) {
        resaid.add(sentence, committedBy: eventId)
    }

    /// The server refused a repetition.
    ///
    /// - Returns: the sentence, which can no longer be transcribed; nil if the event committed none.
    mutating func refuseResaid(_ eventId: String) -> String? {
        guard let sentence = resaid.refuse(eventId) else { return nil }
        untranscribed.transcribed(sentence)
        return sentence
    }

    // MARK: Connections

    /// A new upstream connection was sent nothing yet.
    ///
    /// - Parameter names: new names of sentences without words, by the ids that they had.
    mutating func restart(names: [String: String]) {
        clock.restart()
        resaid = Resaid()
        // The trainee goes on waiting.
        turn = Turn(silentSince: turn.silentSince)
        untranscribed.rename(names)
    }

    /// The upstream connection is lost: what is being said goes to the next one.
    mutating func loseUpstream() {
        untranscribed.lose(at: clock.position)
    }

    /// The client is gone: what it was saying has no listener.
    mutating func loseClient() {
        untranscribed.drop(at: clock.position)
        turn.silentSince = nil
        microphone = Microphone()
    }

    // MARK: Typing

    /// - Returns: the item id of the next typed utterance.
    mutating func nextTypedId() -> String {
        typedUtterances += 1
        return "line_\(typedUtterances)"
    }
}
