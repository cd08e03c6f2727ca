/// What the simulated customer may say, by topic and mood. All of it is prepared text; there is no model.
enum CustomerLines {
    enum Mood: Sendable {
        case cold, neutral, warm

        init(attitude: Int) {
            self = attitude <= 3 ? .cold : attitude <= 6 ? .neutral : .warm
        }
    }

    static func opening(_ name: String?) -> [String] {
        let introduction = name.map { "I'm \($0), by the way." } ?? "I only came in for a moment."
        return [
            "Hello. I have five minutes, no more. \(introduction)",
            "Hi there. So, what are you selling today? \(introduction)",
            "Good morning. Somebody told me to talk to you. \(introduction)",
        ]
    }

    /// The words of an assistant, out of the role of a customer.
    static let outOfRole = "As an AI language model, I'm happy to help you practise your pitch."

    /// After a goodbye that was taken back.
    static let staying = [
        "Well, wait. I'm not quite there yet. What speaks for it, for somebody like me?",
        "Hold on, not so fast. I'd still like to know what it means for my day.",
    ]

    static func answers(to topic: Remark.Topic?, _ mood: Mood) -> [String] {
        switch (topic, mood) {
        case (.greeting, .cold):
            ["Hello. Keep it short, will you?", "Yes, hello. What is it about?", "Morning. I am only looking."]
        case (.greeting, _): ["Hello! Nice to meet you.", "Hi. All right, tell me what you have there."]
        case (.age, _): ["Old enough, believe me. Here is my card.", "Do I look that young? Here, my card."]
        case (.handover, .cold): ["And what do I do with it now?", "Lighter than I thought. And?"]
        case (.handover, _): ["It lies well in the hand. And then?", "So this is it. Where does the stick go in?"]
        case (.health, .cold):
            ["Now you sound like a leaflet. Is it dangerous or not?", "So it is not healthy either. Good to know."]
        case (.health, _):
            [
                "At least you say it straight. I like that.", "Not risk-free, I understand. Nobody ever tells me that.",
                "So there is nicotine in it all the same. Fair enough.",
            ]
        case (.price, .cold):
            [
                "And what does the fun cost? These things are always more than they say.",
                "That is a lot of money for a gadget.",
            ]
        case (.price, _):
            [
                "That is about what I spend now anyway. Go on.",
                "Fair enough. It is not cheap, but I have paid more for worse.",
            ]
        case (.device, .cold):
            [
                "Cables, batteries. It is one more thing to carry.", "I have a drawer full of gadgets already.",
                "And when it breaks?",
            ]
        case (.device, .neutral):
            [
                "How long does the battery last? I am out all day.", "So what exactly is in that stick?",
                "And it gets dirty, doesn't it? Who cleans that?", "It looks smaller than I thought.",
            ]
        case (.device, .warm):
            [
                "So I charge it overnight with the phone. I could live with that.",
                "Show me again where it goes in. It is simpler than I thought.",
                "Fine. And how long does one stick take?",
            ]
        case (.taste, .cold):
            [
                "I tried one at a wedding. It tasted like warm popcorn.",
                "It cannot taste like what I have now. I know what I like.",
            ]
        case (.taste, _):
            ["Less smell would be something, that is true.", "The stronger one might be something for me."]
        case (.needs, .cold):
            [
                "It depends on the day. The first one with the coffee. Why?",
                "Because I like it. What else do you want to hear?",
                "Outside, like everybody else. Since when does anybody ask?",
                "It belongs to my break. Leave me my break.",
            ]
        case (.needs, .neutral):
            [
                "Mostly in the evening, outside. In winter I hate that.",
                "What matters to me? That it works, and that nobody preaches.",
                "It would have to fit into my day without a fuss.", "At work, in the break. And one at night.",
            ]
        case (.needs, .warm):
            [
                "Honestly? The smell bothers me. People around me complain.",
                "In the evening I would like to stay inside. That would be worth something.",
                "If it were that simple every day, I would not need much more.",
            ]
        case (.closing, .cold):
            [
                "No. You have not told me one thing that I need.", "Buy? We are not there, not by far.",
                "Now you are in a hurry.",
            ]
        case (.closing, .neutral):
            [
                "Maybe. I would have to think about it.", "I am not sure yet. What if I don't like it?",
                "One, perhaps. To see what it is.", "And if I change my mind?",
            ]
        case (.closing, .warm):
            [
                "You know what, I will try it next to my own for a week.", "All right. Show me what I need to begin.",
                "Yes, why not. Give me one.",
            ]
        case (.farewell, _): ["Goodbye then.", "Bye. Thanks for your time."]
        case (.story, _): stories.compactMap(\.first)
        case (nil, .cold):
            [
                "Hm. And?", "I don't see what that has to do with me.", "Everybody says that.",
                "You sound like the advert.",
                "If you say so.",
            ]
        case (nil, .neutral):
            [
                "Go on, I am listening.", "All right. And then?", "I have never looked at it like that.",
                "Possible. I would have to see it.", "Okay, that is new to me.",
            ]
        case (nil, .warm):
            [
                "That makes sense to me.", "Yes, I can see that.", "Good, that is clear.",
                "I did not expect that. Tell me more.", "I like that you say it as it is.",
            ]
        }
    }

    /// The customer's question when a product is named for the first time.
    static func question(about product: Remark.Product) -> [String] {
        switch product {
        case .glo: ["glo? Is that the thing that heats?", "I have heard of glo. How does it work?"]
        case .neo: ["neo, what is that? Is there tobacco in it?", "And what is in a neo stick?"]
        case .veo: ["veo? What is in that one, if not tobacco?", "And how is veo different from the other one?"]
        case .velo: ["Velo, those are the pouches, aren't they?"]
        }
    }

    /// To a question about the customer that the instructions do not answer.
    static func evasions(_ curiosity: Curiosity, _ name: String?, _ mood: Mood) -> [String] {
        switch curiosity {
        case .name: [name.map { "\($0). Why?" } ?? "My name? What does it matter?"]
        case .wellbeing:
            mood == .cold ? ["Busy. What is it?", "I have had better days."] : ["Fine, thanks.", "Good, thank you."]
        case .tried: ["Not that I remember.", "Not really. Why?"]
        case .since: ["Too long.", "For years. I don't count them."]
        case .amount: ["It depends on the day.", "Enough. Why?"]
        case .bothers: ["Nothing that you could change.", "What should bother me? I am used to it."]
        case .wife: ["Leave them out of it.", "They have got used to it."]
        case .work: ["That has nothing to do with it.", "I work. Like everybody."]
        case .place: ["Outside, like everybody else.", "Wherever they let me."]
        case .time: ["It depends on the day.", "In the break. And one at night."]
        case .liking:
            ["Because I like it. What else do you want to hear?", "It belongs to my break. Leave me my break."]
        case .brand: ["The same as always. Why?", "Mine. I know what I like."]
        }
    }

    /// After an objection was taken up.
    static func settled(_ mood: Mood) -> [String] {
        switch mood {
        case .cold: ["Hm. At least you answer.", "If you say so. I will remember it.", "We will see about that."]
        case .neutral: ["All right, that is an answer.", "Okay. I can live with that.", "Fair enough."]
        case .warm: ["Good, then that is settled.", "Yes, that helps.", "I had not looked at it that way."]
        }
    }

    static let insisting = ["You have not answered me.", "That was not my question.", "Once more:"]

    static let missed = [
        "Sorry, I didn't catch that.", "What was that? Say it again, please.",
        "Once more, please, I didn't understand.",
    ]

    /// Begins the same way in every language that the customer speaks, so that a reader finds it.
    static let deaf = "Sorry, I can't hear you: this demo needs its speech recogniser, please type."

    /// Said when handed a product by somebody who has not asked for the age.
    static let unasked = "Don't you have to ask how old I am?"

    /// Said to what happens around the customer.
    static func sees(_ subject: Surroundings.Subject) -> [String] {
        switch subject {
        case .date: ["And? Am I old enough for you?", "So, everything in order with my card?"]
        case .tablet: ["What are you looking up there?", "What does it say on your screen?"]
        case .clock: ["I have to keep an eye on the time.", "I don't have much time left."]
        case .unasked, .handed, .other: ["I see. And what is that for?", "Okay. What are you doing there?"]
        }
    }

    /// Said into a silence.
    static let stillThere = [
        "Hello? Are you still there?", "Are you still there? I can't hear you any more.",
        "Hello? Is anybody still there, or am I talking to myself?",
    ]

    /// For a trainee who asks for the whole story: ten seconds of speech or more.
    static let stories = [
        [
            "Well, I get up at five and have the first one with my coffee, on the balcony, whatever the weather.",
            "Then it is the car, and after that the break at nine, which I spend with the same three colleagues.",
        ],
        [
            "There was a shop like this in our street when I was a boy, and my father sent me there every Sunday.",
            "The man behind the counter knew what everybody smoked, and he never tried to sell anything else.",
        ],
        [
            "It began in the army, where there was nothing else to do, and everybody had one in his mouth.",
            "Later I stopped for two years, when my daughter was born, and that went better than I thought.",
        ],
    ]

    static let offended = [
        "Stop. Nothing about this is free or healthy, and you know it.",
        "If you promise me that, I trust nothing else you say.",
        "Come on. Do you believe that yourself?",
    ]

    /// Said before a date of birth.
    static let beforeAge = ["Do you really have to ask? All right:", "If you must know:", "Of course. It is"]

    /// The last words, by outcome.
    static func goodbye(_ outcome: String) -> [String] {
        switch outcome {
        case "converted":
            [
                "You have convinced me. I take one and try it. Thank you, and goodbye.",
                "Good, let's do it. I will come back next week and tell you. Bye.",
            ]
        case "rejected":
            ["No, thank you. I stay with mine. Goodbye.", "It is not for me. But thanks for your time. Goodbye."]
        default: ["I have to go. Goodbye.", "That is enough for me. I am leaving. Bye."]
        }
    }
}
