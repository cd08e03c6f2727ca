/// What a trainee can ask the customer about themselves, and the words of the persona that answer it.
enum Curiosity: CaseIterable, Sendable {
    case name, wellbeing, tried, since, amount, bothers, wife, work, place, time, liking, brand

    /// The first one that is asked about.
    init?(_ words: WordList) {
        guard let asked = Self.allCases.first(where: { words.says(any: $0.questions) }) else { return nil }
        self = asked
    }

    /// The questions, as people ask them and as speech recognition writes them.
    var questions: [Phrase] {
        switch self {
        case .name: ["your name", "what are you called", "who are you"]
        case .wellbeing: ["how are you", "how is your day", "how's your day", "how are things"]
        case .tried:
            [
                "ever tried", "have you tried", "did you try", "you tried it", "heard of", "heard about", "do you know",
                "what happened", "what was it like", "used one", "used it before", "what did not work",
                "what didn't work",
            ]
        case .since: ["how long have you", "since when", "how long did you", "how many years"]
        case .amount: ["how many", "how much do you smoke", "how often", "what do you spend"]
        case .bothers:
            [
                "bothers you", "bother you", "bothered you", "what bothers", "you don't like", "you do not like",
                "annoys you",
                "disturbs you", "you miss", "missing", "would have to be different", "would you change", "the smell",
            ]
        case .wife:
            ["your wife", "your husband", "your family", "your partner", "your friends", "married", "children"]
        case .work: ["your job", "your work", "what do you do", "do for a living", "where do you work"]
        case .place:
            ["where do you", "where are you", "inside or outside", "outside", "at home", "at work", "in the car"]
        case .time:
            [
                "when do you", "what time", "first one", "first cigarette", "in the morning", "in the evening",
                "your day", "occasion", "in which moments", "which moments",
            ]
        case .liking:
            ["what do you like", "why do you", "what makes", "why did you", "enjoy", "matters to you", "what matters"]
        case .brand:
            [
                "what do you smoke", "what you smoke", "which brand", "what brand", "your brand", "do you smoke",
                "you smoking", "you smoke", "you use", "do you use", "what do you usually", "what kind of cigarettes",
                "what cigarettes", "your cigarettes",
            ]
        }
    }

    /// Words of a sentence about the customer that make it an answer.
    var answers: [Phrase] {
        switch self {
        case .name, .wellbeing: []
        case .tried:
            ["tried", "bought a glo", "from posters", "have heard", "have drawn", "heating things", "never had"]
        case .since: ["years", "since", "three years ago", "half a year"]
        case .amount: ["a day", "pack", "four or five", "ten or twelve"]
        case .bothers:
            [
                "hates", "smell", "pointless", "outside", "annoys", "not clever", "battery", "miss",
                "something in my hand",
            ]
        case .wife: ["married", "friend", "son", "divorced", "jana", "lucie", "daughters", "choir"]
        case .work: ["repair", "manage", "teach", "run", "work", "company", "contractor"]
        case .place: ["balcony", "van", "container", "terrace", "outside", "wind", "class", "jacket", "rain"]
        case .time: ["first coffee", "friday", "weekends", "morning", "in haste"]
        case .liking: ["proud", "liked", "strength", "nobody notices"]
        case .brand: ["smoked", "smoke", "velo", "camel", "winston", "marlboro", "cigarettes"]
        }
    }
}
