/// Where the words of a sentence end in its audio. A voice takes longer for a long word and pauses at a comma; the
/// tones that replace a voice do the same, with these durations.
enum WordTiming {
    /// - Parameter length: length of the whole audio, in any unit; the results have the same unit.
    /// - Returns: the end of each word; for the last word, `length`.
    static func ends(of words: [String], over length: Int) -> [Int] {
        let weights = words.map(milliseconds)
        let total = max(weights.reduce(0, +), 1)
        var sum = 0
        return weights.map { weight in
            sum += weight
            return length * sum / total
        }
    }

    private static func milliseconds(_ word: String) -> Int {
        let pause = word.last.map { ".?!,".contains($0) } == true ? 160 : 50
        return min(max(word.count * 65, 140), 600) + pause
    }
}
