import Foundation

/// Which words of a transcription speech recognition was not sure of. The model gives a probability per token; the
/// probabilities of all tokens of a word are multiplied.
enum WordConfidence {
    /// A piece of the transcription with the natural logarithm of its probability.
    struct Token: Decodable, Hashable, Sendable {
        var token: String
        var logprob: Double
    }

    /// Below this probability another reading of the word is as likely as this one.
    static let threshold = 0.5
    /// Maximum number of unsure words that are named per utterance.
    static let limit = 32
    /// In characters. No spoken word is longer; a server's answer can be.
    static let wordLength = 64

    /// The unsure words in the order they were said, each once, without punctuation.
    static func unsureWords(in tokens: [Token]) -> [String] {
        var unsure: [String] = []
        var (word, logarithm) = ("", 0.0)
        func close() {
            if !word.isEmpty, word.count <= wordLength, !(logarithm >= log(threshold)), unsure.count < limit,
                !unsure.contains(word)
            {
                unsure.append(word)
            }
            (word, logarithm) = ("", 0)
        }
        for token in tokens {
            var isCounted = false
            for character in token.token {
                if character.isLetter || character.isNumber || (character == "'" && !word.isEmpty) {
                    if !isCounted {
                        logarithm += token.logprob
                        isCounted = true
                    }
                    word.append(character)
                } else {
                    close()
                    isCounted = false
                }
            }
        }
        close()
        return unsure
    }
}
