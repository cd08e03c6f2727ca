/// Whether the server writes down what the trainee says.
struct Transcription {
    /// Turns without words, in a row, after which another model is tried.
    private static let mostFailures = 2

    /// Turns without words, in a row.
    private var failures = 0
    /// The fallback was asked for, and the server has not confirmed it.
    private(set) var isTrial = false
    /// The client has yet to be told.
    private(set) var owesNotice: Bool

    init(hasModel: Bool) {
        owesNotice = !hasModel
    }

    mutating func wordsCame() {
        failures = 0
    }

    /// - Returns: whether another model should be tried.
    mutating func failed() -> Bool {
        failures += 1
        return failures >= Self.mostFailures
    }

    /// The next model was asked for.
    mutating func tryNext(tellsClient: Bool) {
        failures = 0
        isTrial = true
        if tellsClient { owesNotice = true }
    }

    mutating func confirmed() {
        isTrial = false
    }

    /// - Returns: whether the client has to be told.
    mutating func takeNotice() -> Bool {
        defer { owesNotice = false }
        return owesNotice
    }
}
