/// How fast this session's customer speaks, measured on items that it spoke to the end.
struct SpeakingPace {
    private var characters = 0
    private var milliseconds = 0

    /// Milliseconds per character, 30 to 200.
    var pace: Double {
        // A few words are too little to measure.
        guard characters >= 40 else { return CustomerWords.usualPace }
        return min(max(Double(milliseconds) / Double(characters), 30), 200)
    }

    mutating func learn(characters: Int, milliseconds: Int) {
        self.characters += characters
        self.milliseconds += milliseconds
    }
}
