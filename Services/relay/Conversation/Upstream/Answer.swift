/// The one response that may be under way in a conversation.
struct Answer {
    private static let mostCalledOff = 32

    /// An answer that the server should have given by itself, and that we asked for since it did not. Both may come.
    enum Overdue { case no, requested, begun }

    var isActive = false
    var id: String?
    /// We have asked for one, and it has not begun.
    var isRequested = false
    /// One must be asked for as soon as none is under way.
    var isWanted = false
    var retries = 0
    /// One has failed and is asked for again after a wait.
    var awaitsRetry = false
    /// Some of its audio was sent to the client.
    var isHeard = false
    /// Answers in a row that had no audio.
    var unheard = 0
    var overdue = Overdue.no
    /// Responses that were called off: what still comes of them is dropped.
    var calledOff: [String] = []
    /// Function calls that got their output.
    var answeredCalls: Set<String> = []

    var isRunning: Bool { isActive || isRequested }

    /// Nothing more of the running response is forwarded.
    mutating func callOff() {
        guard isActive, let id, !calledOff.contains(id) else { return }
        calledOff.append(id)
        if calledOff.count > Self.mostCalledOff { calledOff.removeFirst() }
    }
}
