/// Transcripts for speech without a tag: the simulator cannot recognise speech, so it invents a plausible salesperson.
enum UnrecognizedSpeech {
    private static let lines = [
        "Hello, welcome. May I ask what you smoke at the moment?",
        "I understand. When do you smoke most during the day?",
        "Before we go on, may I ask for your date of birth?",
        "What would have to be different for you to try something new?",
        "The device heats tobacco instead of burning it. It is not risk-free, and nicotine is addictive.",
        "That is a fair point. Would you like to see how it is charged?",
        "Would you like to try it next to your own brand for a week?", "Thank you for your time. Goodbye.",
    ]

    static func line(_ number: Int) -> String {
        lines[number % lines.count]
    }
}
