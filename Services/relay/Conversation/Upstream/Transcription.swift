/// Whether the server writes down what the trainee says.
struct Transcription {
    /// Turns without words, in a row, after which another model is tried.
    private static let mostFailures = 2

    /// Codes of `transcription.failed` that are about the audio: a cough, half a word, noise. The model works.
    private static let codesOfAudio: Set<String> = ["audio_unintelligible"]

    /// Turns without words, in a row.
    private var failures = 0
    /// The latest model that has written words down.
    private var workingModel: String?
    /// The fallback was asked for, and the server has not confirmed it.
    private(set) var isTrial = false
    /// The client has yet to be told.
    private(set) var owesNotice: Bool

    init(hasModel: Bool) {
        owesNotice = !hasModel
    }

    mutating func wordsCame(from model: String?) {
        failures = 0
        workingModel = model
    }

    /// - Returns: whether another model should be tried.
    mutating func failed(_ code: String?) -> Bool {
        if let code, Self.codesOfAudio.contains(code) { return false }
        failures += 1
        return failures >= Self.mostFailures
    }

    /// The next model was asked for.
    mutating func tryNext(tellsClient: Bool) {
        failures = 0
        isTrial = true
        if tellsClient { owesNotice = true }
    }

    /// The model to return to when the one that was tried is refused: the one before, if it has worked. Only once, so
    /// that two models do not take turns for ever.
    mutating func takeWorkingModel(except model: String?) -> String? {
        defer { workingModel = nil }
        return workingModel == model ? nil : workingModel
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
