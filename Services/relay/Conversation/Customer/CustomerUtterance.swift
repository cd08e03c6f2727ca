/// An item that the customer speaks: what is known of its words and of its audio.
struct CustomerUtterance {
    var responseId: String?
    var words = CustomerWords()
    var textIsComplete = false
    var audioIsComplete = false
    /// The server has said that nothing more of it comes, and whether it broke off: only then are words and audio
    /// certain to belong together.
    var isClosed = false
    /// Generation stopped halfway: there may be more words than audio.
    var isBrokenOff = false
    /// What was heard of it, if it was cut.
    var cut: PlaybackClock.Cut?
    /// The supervisor was sent the words that were heard.
    var isPassedOn = false
    /// When a draft of it was last recorded.
    var draftedAt: SessionTime?
    /// When it began to play, if another process played it.
    var beganAt: SessionTime?

    /// Nothing more of it will come.
    mutating func breakOff() {
        isBrokenOff = isBrokenOff || !textIsComplete || !audioIsComplete
        textIsComplete = true
        audioIsComplete = true
        isClosed = true
    }
}
