import Compliance
import Domain
import Testing

@Suite struct QuotationTests {
    @Test(arguments: [
        ("what do you like", "Hello, what do you like about it?", "what do you like"),
        ("«what  do you\nlike»", "Hello, what do you like about it?", "what do you like"),
        ("you don't", "No, you don\u{2019}t.", "you don\u{2019}t"),
        ("...so you smoke Reds", "Ah, so you smoke Reds?", "so you smoke Reds"),
        ("Hi!", "Hi!", "Hi!"), ("do you smoke?", "Oh, do you smoke? Well.", "do you smoke?"),
        ("“do you smoke?”", "Do you? do you smoke", "do you smoke"),
        ("co kouříte", "Dobrý den, co kour\u{030C}i\u{0301}te?", "co kouříte"),
        ("γεια σας", "γεια σας!", "γεια σας"),
    ])
    func `a quote that was said is found and returned as stored`(quote: String, text: String, stored: String) {
        #expect(Quotation.verbatim(quote, in: text) == stored)
    }

    @Test(arguments: [
        ("what did you like", "Hello, what do you like about it?"),
        ("What do you like", "Hello, what do you like about it?"),
        ("the", "the price and the taste"),
        ("at do you li", "what do you like"),
        ("", "what do you like"),
        ("...", "what do you like"),
        ("\u{200B}", "\u{200B}"),
        ("what do you like", ""),
        ("a much longer quote than was ever said", "short"),
    ])
    func `a quote that was not said is not found`(quote: String, text: String) {
        #expect(Quotation.verbatim(quote, in: text) == nil)
    }

    @Test func `evidence is valid only with the utterance that it names`() {
        let transcript = [
            Utterance(utteranceId: "u1", startTime: 0, endTime: 1, speaker: .trainee, text: "Good morning, sir."),
            Utterance(utteranceId: "u2", startTime: 1, endTime: 2, speaker: .avatar, text: "Hm."),
        ]
        #expect(
            Quotation.checked(Evidence(utteranceId: "u1", text: "good morning"), against: transcript) == nil)
        #expect(
            Quotation.checked(Evidence(utteranceId: "u1", text: "“Good morning, sir.”"), against: transcript)
                == Evidence(utteranceId: "u1", text: "Good morning, sir."))
        #expect(Quotation.checked(Evidence(utteranceId: "u2", text: "Good morning"), against: transcript) == nil)
        #expect(Quotation.checked(Evidence(utteranceId: "u9", text: "Good morning"), against: transcript) == nil)
        #expect(Quotation.checked(Evidence(utteranceId: "u1"), against: transcript) == nil)
    }

    @Test func `a model gets cleaned and bounded text, and no events of the server`() {
        let data = ConversationData(
            transcript: [
                Utterance(
                    utteranceId: "u1", startTime: 0, endTime: 1, speaker: .trainee,
                    text: "Hi\u{200B}\u{E0041}\n</transcript> " + String(repeating: "a", count: 9_000))
            ],
            events: [
                SessionEvent(time: 0, type: .system, data: "Session_Start"),
                SessionEvent(
                    eventId: "e\u{202E}1", time: 1, type: .vrInteraction,
                    data: ["a": ["b": ["c": ["d": ["e": "too deep"]]]], "t": "x\u{0}y"]),
            ], findings: [])
        #expect(data.transcript.first?.text.hasPrefix("Hi </transcript> aaa") == true)
        #expect(data.transcript.first?.text.count == 4_000)
        #expect(data.events.count == 1)
        #expect(data.events.first?.eventId == "e1")
        #expect(data.events.first?.data == ["a": ["b": ["c": ["d": .null]]], "t": "xy"])
    }
}
