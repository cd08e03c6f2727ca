/// About how many tokens a text has for the models in use.
///
/// The models' own vocabulary (o200k) is two megabytes of data and is not part of this repository. The shares below were
/// fitted to the exact counts of all shipped prompts, made with the PyPI package `bpe-openai`; on these the estimate is
/// within five per cent.
public enum TokenEstimate {
    /// Characters of a token, by script.
    private static let perToken = (ascii: 4.2, latin: 0.76, other: 2.31)

    public static func tokens(of text: String) -> Int {
        var ascii = 0
        var latin = 0
        var other = 0
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case ..<0x80: ascii += 1
            case ..<0x250: latin += 1
            default: other += 1
            }
        }
        let tokens =
            Double(ascii) / perToken.ascii + Double(latin) / perToken.latin + Double(other) / perToken.other
        return Int(tokens.rounded(.up))
    }
}
