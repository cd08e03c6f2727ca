/// What a customer of the simulator may say, by topic and mood. None of it comes from a model.
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

    static func answers(to topic: Remark.Topic?, _ mood: Mood) -> [String] {
        switch (topic, mood) {
        case (.greeting, .cold):
            ["Hello. Let's keep it short, I have a bus to catch.", "Yes, hello. What is it about?"]
        case (.greeting, _): ["Hello! Nice to meet you.", "Hi. All right, tell me what you have there."]
        case (.age, _): ["Old enough, believe me. Here is my card.", "Do I look that young? Here, my card."]
        case (.health, .cold):
            ["Now you sound like a leaflet. Is it dangerous or not?", "So it is not healthy either. Good to know."]
        case (.health, _):
            ["At least you say it straight. I like that.", "Not risk-free, I understand. Nobody ever tells me that."]
        case (.price, .cold):
            [
                "And what does the fun cost? These things are always more than they say.",
                "That sounds like a lot of money for a gadget.",
            ]
        case (.price, _):
            [
                "That is about what I spend now anyway. Go on.",
                "Fair enough. It is not cheap, but I have paid more for worse.",
            ]
        case (.device, .cold):
            ["Cables, batteries. A cigarette just works.", "I have a drawer full of gadgets already."]
        case (.device, .neutral):
            [
                "How long does the battery last? I am on the road all day.",
                "And it gets dirty, doesn't it? Who cleans that?",
            ]
        case (.device, .warm):
            [
                "So I charge it overnight with the phone. I could live with that.",
                "Show me again where it goes in. It is simpler than I thought.",
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
            ]
        case (.needs, .neutral):
            [
                "Mostly in the evening, outside. In winter I hate that.",
                "What matters to me? That it works, and that nobody preaches.",
            ]
        case (.needs, .warm):
            [
                "Honestly? The smell bothers me. People around me complain.",
                "In the evening I would like to stay inside. That would be worth something.",
            ]
        case (.closing, .cold):
            ["No. You have not told me one thing that I need.", "Buy? We are not there, not by far."]
        case (.closing, .neutral):
            ["Maybe. I would have to think about it.", "I am not sure yet. What if I don't like it?"]
        case (.closing, .warm):
            ["You know what, I will try it next to my own for a week.", "All right. Show me what I need to begin."]
        case (.farewell, _): ["Goodbye then.", "Bye. Thanks for your time."]
        case (nil, .cold):
            [
                "Hm. And?", "I don't see what that has to do with me.", "Everybody says that.",
                "You sound like the advert.",
            ]
        case (nil, .neutral):
            [
                "Go on, I am listening.", "All right. And then?", "I have never looked at it like that.",
                "Possible. I would have to see it.",
            ]
        case (nil, .warm):
            [
                "That makes sense to me.", "Yes, I can see that.", "Good, that is clear.",
                "I did not expect that. Tell me more.",
            ]
        }
    }

    static let offended = [
        "Stop. Nothing about this is free or healthy, and you know it.",
        "If you promise me that, I trust nothing else you say.",
        "Come on. Do you believe that yourself?",
    ]

    /// In front of a date of birth.
    static let beforeAge = ["Do you really have to ask? All right:", "If you must know:", "Of course. It is"]

    /// The last words, by how it went.
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
