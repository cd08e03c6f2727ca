/// Where in the sound of a sentence its words are over. A voice takes longer for a long word, and pauses where a comma is; so
/// do the tones that stand in for one, and these are their measures.
enum WordTiming {
    /// - Parameter length: of the whole sound, in any unit, which the ends then have.
    /// - Returns: of each word, where it is over; the last one at the very end.
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
