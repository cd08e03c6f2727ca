/// The customer's side of the conversation: what was said, how much of it the trainee heard, and what was cut.
struct Customer {
    /// How far an item has progressed.
    enum Progress: Equatable {
        /// Words or audio are still to come.
        case underWay
        /// It ended without any audio.
        case neverHeard
        /// It was cut, and its words and audio are complete, at the latest with `response.done`. Playback began then.
        case cut(from: SessionTime)
        /// Playback has not begun.
        case waiting
        case playing(from: SessionTime, to: SessionTime)
        case played(from: SessionTime, to: SessionTime)
    }

    /// What was heard of an item that was cut.
    struct Heard {
        var words: String
        var firstWord: String
        var heardMs: Int
    }

    /// How often an item that is being spoken is written to the record, in milliseconds. This is what a crash may cost.
    private static let draftIntervalMs = 1_000
    /// How far the client's position may differ from our estimate before we resend the utterance, in milliseconds.
    private static let cutToleranceMs = 100

    private var playback = PlaybackClock()
    private var utterances: [String: CustomerUtterance] = [:]
    /// Items that are not yet fully generated, heard and passed on, in order.
    private var unsettled: [String] = []
    /// Items that were cut while the client was gone.
    private var cutInAbsence: [String] = []
    /// Those of them whose rest the model still remembers.
    private var unforgotten: [String] = []
    private var pace = SpeakingPace()
    private var wakesAt: SessionTime?

    var unsettledItems: [String] { unsettled }
    var isSettled: Bool { unsettled.isEmpty }
    /// When all audio that was received will have been played; in the past when nothing is playing.
    var playbackEnd: SessionTime { playback.end }
    /// The client has said that it played everything.
    var playbackIsConfirmed: Bool { playback.isConfirmed }

    func isPlaying(at now: SessionTime) -> Bool { playback.isPlaying(at: now) }

    // MARK: Generation

    /// - Returns: whether the item is new.
    mutating func open(_ id: String, responseId: String?, current: String?) -> Bool {
        if utterances[id] == nil {
            utterances[id] = CustomerUtterance(responseId: responseId ?? current)
            unsettled.append(id)
            return true
        }
        if utterances[id]?.responseId == nil, let responseId { utterances[id]?.responseId = responseId }
        return false
    }

    func knows(_ id: String) -> Bool { utterances[id] != nil }

    /// Whether audio of an item is the first of it, or of another item that has the same id.
    func mustOpen(_ id: String, responseId: String?) -> Bool {
        guard let utterance = utterances[id] else { return true }
        return utterance.isClosed && responseId != nil && utterance.responseId != responseId
    }

    /// Whether an item belongs to an answer that is over, so that another answer may have an item of the same id.
    func isOfEarlierAnswer(_ id: String, than responseId: String) -> Bool {
        guard let utterance = utterances[id], utterance.isClosed, let own = utterance.responseId else { return false }
        return own != responseId
    }

    /// The next item with this id is another one.
    mutating func giveUp(_ id: String) {
        utterances[id] = nil
        playback.giveUp(id)
    }

    /// A new upstream connection may give the ids of items that are over to others.
    ///
    /// - Returns: ids of the items that are not over. They play, or the client has yet to say how far it heard them.
    mutating func restart() -> [String] {
        unforgotten = []
        let kept = unsettled + cutInAbsence
        for id in utterances.keys.filter({ !kept.contains($0) }) { giveUp(id) }
        return kept
    }

    /// Counts audio that is sent to the client now.
    ///
    /// - Returns: its offset in the item in milliseconds; nil when the item was cut and nothing more of it may be sent.
    mutating func receive(_ byteCount: Int, of id: String, at now: SessionTime) -> Int? {
        playback.received(byteCount, of: id, at: now)
    }

    /// How long the item had been silent before the last audio came, in milliseconds, once.
    mutating func takeGap() -> Int? { playback.takeGap() }

    mutating func addWords(_ delta: String, to id: String) {
        utterances[id]?.words.add(delta, audioMs: playback.receivedMs(of: id))
    }

    mutating func completeWords(_ text: String, of id: String) {
        utterances[id]?.words.complete(text)
        utterances[id]?.textIsComplete = true
    }

    /// The text of an item as the finished response has it, for servers that sent no words before.
    mutating func fillIn(_ text: String, of id: String) {
        if utterances[id]?.textIsComplete == false { utterances[id]?.words.complete(text) }
    }

    mutating func completeAudio(of id: String) {
        utterances[id]?.audioIsComplete = true
    }

    /// The server closes an item. If it does not state how, only the end of the response shows that.
    mutating func finishItem(_ id: String, _ status: RealtimeEvent.Item.Status?) {
        switch status {
        case .completed: utterances[id]?.isClosed = true
        case .incomplete: utterances[id]?.isBrokenOff = true
        case .inProgress, nil: break
        }
    }

    /// Nothing more comes of a response's items. A response that did not complete broke off in its last one.
    ///
    /// - Parameter isCurrent: whether the response is the one under way. Then all unsettled items are closed; otherwise
    ///   only its own and those without a response.
    /// - Returns: the item in which it broke off, if all of its audio was heard: it ends there.
    mutating func close(_ responseId: String?, isCurrent: Bool, isBrokenOff: Bool, at now: SessionTime)
        -> PlaybackClock.Cut?
    {
        let closed = unsettled.filter {
            guard let utterance = utterances[$0] else { return false }
            let owner = utterance.responseId
            return !(utterance.isClosed && utterance.textIsComplete && utterance.audioIsComplete)
                && (owner == nil || owner == responseId || isCurrent)
        }
        for id in closed {
            utterances[id]?.textIsComplete = true
            utterances[id]?.audioIsComplete = true
        }
        let last = closed.last { utterances[$0]?.isClosed == false }
        for id in closed { utterances[id]?.isClosed = true }
        guard isBrokenOff, let last else { return nil }
        utterances[last]?.isBrokenOff = true
        guard utterances[last]?.cut == nil, playback.receivedMs(of: last) > 0, !playback.isPlaying(last, at: now),
            let cut = playback.end(last)
        else { return nil }
        utterances[last]?.cut = cut
        return cut
    }

    /// The upstream connection is lost: nothing more comes of any item.
    mutating func breakOff() {
        for id in unsettled {
            if utterances[id]?.audioIsComplete == false { _ = playback.end(id) }
            utterances[id]?.breakOff()
        }
    }

    /// The session is over: what was not heard by now was not said.
    mutating func closeAll(at now: SessionTime) {
        for cut in playback.cut(at: now) { utterances[cut.itemId]?.cut = cut }
        for id in unsettled { utterances[id]?.breakOff() }
    }

    // MARK: Progress

    func progress(of id: String, at now: SessionTime) -> Progress {
        guard let utterance = utterances[id] else { return .neverHeard }
        guard utterance.textIsComplete, utterance.audioIsComplete, utterance.isClosed else { return .underWay }
        if playback.receivedMs(of: id) == 0 { return .neverHeard }
        let span = playback.span(of: id) ?? (now, now)
        if utterance.cut != nil { return .cut(from: span.start) }
        let isPlaying = playback.isPlaying(id, at: now)
        // A client may report full playback in the same millisecond in which the audio arrived.
        guard now > span.start || !isPlaying else { return .waiting }
        return isPlaying ? .playing(from: span.start, to: span.end) : .played(from: span.start, to: span.end)
    }

    /// When the trainee heard it; nil if none of its audio has come.
    func heardSpan(of id: String) -> (start: SessionTime, end: SessionTime)? { playback.span(of: id) }

    /// How much of it was heard, once that is certain, in milliseconds.
    func finallyHeardMs(of id: String) -> Int { utterances[id]?.cut?.heardMs ?? playback.receivedMs(of: id) }

    /// When the trainee had heard this many milliseconds of an item.
    ///
    /// - Parameter start: when it began, if the playback is no longer known.
    func time(of id: String, from start: SessionTime, at offsetMs: Int) -> SessionTime {
        playback.time(of: id, at: offsetMs) ?? start + offsetMs
    }

    /// Where the client was gone while an item played.
    func pauses(of id: String) -> [PlaybackClock.Pause] { playback.pauses(of: id) }

    func isBrokenOff(_ id: String) -> Bool { utterances[id]?.isBrokenOff == true }

    /// The words that there is audio of: all, unless generation broke off.
    func audibleWords(of id: String) -> String {
        guard let utterance = utterances[id] else { return "" }
        guard utterance.isBrokenOff else { return utterance.words.text }
        let receivedMs = playback.receivedMs(of: id)
        return utterance.words.heard(receivedMs, of: receivedMs, pace: pace.pace)
    }

    /// Whether some of an item that is not settled has been received.
    func isOnItsWay(_ id: String) -> Bool { unsettled.contains(id) && playback.receivedMs(of: id) > 0 }

    /// The supervisor gets an item's words once, when they have been heard.
    ///
    /// - Returns: whether this is the first time.
    mutating func passOn(_ id: String) -> Bool {
        guard utterances[id]?.isPassedOn == false else { return false }
        utterances[id]?.isPassedOn = true
        return true
    }

    /// All of an item was heard. Its words are in the transcript, so its text and alignment marks are dropped.
    mutating func finish(_ id: String) {
        guard let utterance = utterances[id] else { return }
        if !utterance.isBrokenOff {
            pace.learn(characters: utterance.words.text.count, milliseconds: playback.receivedMs(of: id))
        }
        utterances[id]?.words = CustomerWords()
    }

    mutating func settle(_ id: String) {
        unsettled.removeAll { $0 == id }
    }

    /// The words so far of an item that is being spoken, when a draft of it is due.
    mutating func draft(of id: String, at now: SessionTime) -> (
        text: String, from: SessionTime, to: SessionTime, ms: Int
    )? {
        guard let utterance = utterances[id], utterance.cut == nil, let span = playback.span(of: id), now > span.start,
            !utterance.words.text.isEmpty,
            utterance.draftedAt.map({ now - $0 >= Self.draftIntervalMs }) ?? true
        else { return nil }
        utterances[id]?.draftedAt = now
        return (utterance.words.text, span.start, max(span.start, span.end), playback.receivedMs(of: id))
    }

    /// Takes over an item that another process was playing. The client says how much of it was heard, once it is back.
    mutating func restore(_ id: String, text: String, from start: SessionTime, receivedMs: Int, heardMs: Int) {
        var utterance = CustomerUtterance()
        utterance.words.complete(text)
        utterance.breakOff()
        utterance.beganAt = start
        utterance.cut = PlaybackClock.Cut(itemId: id, heardMs: heardMs, receivedMs: receivedMs)
        utterances[id] = utterance
        cutInAbsence.append(id)
    }

    // MARK: Playback

    mutating func played(_ offsetMs: Int, of id: String, at now: SessionTime) {
        playback.played(offsetMs, of: id, at: now)
    }

    mutating func pausePlayback(at now: SessionTime) {
        playback.stop(at: now)
    }

    mutating func resumePlayback(at now: SessionTime) {
        playback.goOn(at: now)
    }

    /// The item that is being heard, or else the next one, and how much of it was heard in milliseconds.
    func current(at now: SessionTime) -> (id: String, heardMs: Int)? {
        playback.current(at: now).map { ($0, playback.heardMs(of: $0, at: now)) }
    }

    /// Schedules the next moment at which an item starts or ends playing.
    ///
    /// - Parameters:
    ///   - isHeard: whether a client listens.
    ///   - margin: also wake this many milliseconds after the end of playback; nil for not.
    mutating func schedule(isHeard: Bool, margin: Int?, at now: SessionTime, _ effects: inout Effects) {
        var next: SessionTime?
        func consider(_ time: SessionTime) {
            if time > now { next = next.map { min($0, time) } ?? time }
        }
        if isHeard {
            for id in unsettled {
                guard let span = playback.span(of: id) else { continue }
                consider(span.start + 1)
                consider(span.end)
            }
            consider(playback.end)
            if let margin { consider(playback.end + margin) }
        }
        guard next != wakesAt else { return }
        wakesAt = next
        if let next {
            effects.start(.playback, after: .milliseconds(next - now))
        } else {
            effects.stop(.playback)
        }
    }

    mutating func woke() {
        wakesAt = nil
    }

    // MARK: Cuts

    /// Ends what is playing.
    ///
    /// - Parameter isCalledOff: whether a response was called off: what still comes of its items is dropped.
    /// - Returns: what was heard of each item that was not heard to its end.
    mutating func cut(at now: SessionTime, isCalledOff: (String) -> Bool) -> [PlaybackClock.Cut] {
        var cuts = playback.cut(at: now)
        for id in unsettled {
            guard let utterance = utterances[id], !utterance.audioIsComplete, utterance.cut == nil,
                utterance.responseId.map(isCalledOff) ?? false
            else { continue }
            // All received audio has been heard, but more was to come.
            if !cuts.contains(where: { $0.itemId == id }), let cut = playback.end(id) { cuts.append(cut) }
            utterances[id]?.isBrokenOff = true
        }
        for cut in cuts { utterances[cut.itemId]?.cut = cut }
        return cuts
    }

    /// Cuts what is playing to a client that is gone. It continues to play what it has, so how much was heard is known
    /// only when it is back.
    mutating func cutInAbsence(at now: SessionTime, isCalledOff: (String) -> Bool) {
        let cuts = cut(at: now, isCalledOff: isCalledOff)
        cutInAbsence += cuts.map(\.itemId)
        unforgotten += cuts.map(\.itemId)
    }

    /// The items that were cut while the client was gone, each with whether the model still remembers its rest.
    mutating func takeCutsInAbsence() -> [(id: String, isRemembered: Bool)] {
        defer {
            cutInAbsence = []
            unforgotten = []
        }
        return cutInAbsence.map { ($0, unforgotten.contains($0)) }
    }

    func cut(of id: String) -> PlaybackClock.Cut? { utterances[id]?.cut }

    /// The client heard more of an item than we estimated when we cut it.
    ///
    /// - Returns: when playback began, if the utterance must be corrected.
    mutating func correctCut(of id: String, heardMs: Int) -> SessionTime? {
        guard let utterance = utterances[id], let cut = utterance.cut, heardMs > cut.heardMs + Self.cutToleranceMs
        else {
            return nil
        }
        utterances[id]?.cut?.heardMs = min(heardMs, cut.receivedMs)
        // An unsettled item gets its words when it settles.
        guard !unsettled.contains(id) else { return nil }
        return playback.span(of: id)?.start ?? utterance.beganAt
    }

    /// The words that were heard of an item that was cut.
    func heard(of id: String) -> Heard? {
        guard let utterance = utterances[id], let cut = utterance.cut else { return nil }
        let words = utterance.words.heard(
            cut.heardMs, of: cut.receivedMs, pace: utterance.isBrokenOff ? pace.pace : nil)
        return Heard(
            words: words, firstWord: CustomerWords.firstWord(of: utterance.words.text), heardMs: cut.heardMs)
    }
}
