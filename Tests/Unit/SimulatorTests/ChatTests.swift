import Domain
import Foundation
import HTTPClient
import Testing

@testable import Simulator

@Suite struct ChatTests {
    private static let prompt = """
        Judge this.
        ```json
        {"persona":{"initialAttitude":2},"lastAttitude":4,"transcript":[
          {"utteranceId":"u1","speaker":"AVATAR","text":"Hello."},
          {"utteranceId":"u2","speaker":"TRAINEE","text":"Hello, may I ask for your date of birth?"},
          {"utteranceId":"u3","speaker":"AVATAR","text":"1981."},
          {"utteranceId":"u4","speaker":"TRAINEE","text":"WORDS"}]}
        ```
        """

    private static let supervisor = #"""
        {"type":"object","additionalProperties":false,
         "required":["attitude","direction","guidance","salesSteps","shouldEnd","outcome"],
         "properties":{"attitude":{"type":"integer","minimum":0,"maximum":10},
          "direction":{"type":"string","enum":["rising","falling","steady"]},"guidance":{"type":"string"},
          "shouldEnd":{"type":"boolean"},
          "outcome":{"type":["string","null"],"enum":["converted","rejected","walked_away",null]},
          "salesSteps":{"type":"array","items":{"type":"object","additionalProperties":false,
           "required":["id","status","evidence"],"properties":{"id":{"type":"string","enum":["greeting","age_check","close"]},
            "status":{"type":"string","enum":["done","missed"]},
            "evidence":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["utteranceId","quote"],
             "properties":{"utteranceId":{"type":"string"},"quote":{"type":"string"}}}}}}}}}
        """#

    private func ask(_ words: String, schema: String = supervisor, simulator: SimulatorUnderTest) async throws
        -> HTTPResponse
    {
        let body: WireJSON = [
            "model": "gpt-4.1",
            "messages": [
                ["role": "developer", "content": "You supervise."],
                ["role": "user", "content": .string(Self.prompt.replacing("WORDS", with: words))],
            ],
            "response_format": [
                "type": "json_schema",
                "json_schema": [
                    "name": "supervisor", "strict": true,
                    "schema": WireJSON(try JSONDecoder().decode(JSONValue.self, from: Data(schema.utf8))),
                ],
            ],
        ]
        return try await HTTPClient.shared.send(
            HTTPRequest("POST", "\(simulator.base)/v1/chat/completions", body: Data(body.text.utf8)))
    }

    private func content(_ response: HTTPResponse) throws -> JSONValue {
        let body = try JSONDecoder().decode(JSONValue.self, from: response.body)
        let text = try #require(body["choices"]?.array?.first?["message"]?["content"]?.string)
        return try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test(.timeLimit(.minutes(1)))
    func `the attitude rises for a question and falls for a forbidden word`() async throws {
        try await withSimulator { simulator in
            let nice = try content(try await ask("I understand. When do you smoke most?", simulator: simulator))
            #expect((nice["attitude"]?.int ?? 0) > 4)
            #expect(nice["direction"] == "rising")
            #expect(nice["outcome"] == .null)
            let bad = try content(try await ask("It is healthy, and it is free.", simulator: simulator))
            #expect((bad["attitude"]?.int ?? 9) < 4)
            #expect(bad["direction"] == "falling")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `steps are evaluated one by one with verbatim quotes`() async throws {
        try await withSimulator { simulator in
            let answer = try content(try await ask("Fine.", simulator: simulator))
            let steps = try #require(answer["salesSteps"]?.array)
            #expect(steps.compactMap { $0["id"]?.string } == ["greeting", "age_check", "close"])
            #expect(steps.compactMap { $0["status"]?.string } == ["done", "done", "missed"])
            let quote = steps[1]["evidence"]?.array?.first
            #expect(quote?["utteranceId"] == "u2")
            #expect(quote?["quote"] == "Hello, may I ask for your date of birth?")
        }
    }

    @Test func `members named after a step or a category are evaluated by that name`() throws {
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "salesSteps": ["type": "object", "properties": ["age_check": Self.step, "close": Self.step]],
                "improvements": [
                    "type": "array",
                    "items": [
                        "type": "object",
                        "properties": [
                            "utteranceId": ["type": ["string", "null"]], "quote": ["type": ["string", "null"]],
                            "text": ["type": "string"],
                        ],
                    ],
                ],
            ],
        ]
        let prompt = Self.prompt.replacing("WORDS", with: "Fine.")
        let text = SchemaAnswer.make(schema: schema, prompt: prompt).text
        let answer = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        let steps = answer["salesSteps"]
        #expect(
            steps?["age_check"] == [
                "utteranceId": "u2", "quote": "Hello, may I ask for your date of birth?", "status": "done",
            ])
        #expect(steps?["close"] == ["utteranceId": .null, "quote": .null, "status": "missed"])
        let improvement = answer["improvements"]?.array?.first
        #expect(improvement?["quote"] == .null)
        #expect(improvement?["text"]?.string?.isEmpty == false)
    }

    @Test(arguments: [
        ("It is healthy.", "healthy", "asserted"), ("I can't say that it is healthy.", "healthy", "denied"),
        ("Is it healthy?", "healthy", "question"), ("People say it is healthy.", "healthy", "reported"),
        ("Please ask your doctor whether it is healthy.", "healthy", "referral"),
    ])
    func `a named place is classified by the words around it`(line: String, quote: String, meaning: String) throws {
        let reading: JSONValue = [
            "type": "object",
            "properties": [
                "quote": ["type": "string"],
                "meaning": [
                    "type": "string", "enum": ["asserted", "denied", "reported", "question", "referral", "other"],
                ],
            ],
        ]
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "places": ["type": "object", "properties": ["p1": reading]],
                "further": ["type": "array", "items": ["type": "object", "properties": [:]]],
            ],
        ]
        let prompt = Self.prompt.replacing("WORDS", with: line).replacing(
            #""lastAttitude":4,"#,
            with: #""places":[{"placeId":"p1","utteranceId":"u4","quote":"\#(quote)"}],"#)
        let text = SchemaAnswer.make(schema: schema, prompt: prompt).text
        let answer = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(answer["places"]?["p1"] == ["quote": .string(quote), "meaning": .string(meaning)])
        #expect(answer["further"] == [])
    }

    @Test func `remarks on utterances get a category, a reason and a better line each`() throws {
        func answer(_ words: String) throws -> JSONValue {
            let schema: JSONValue = [
                "type": "object",
                "properties": [
                    "improvements": ["type": "array", "items": ["type": "object", "properties": Self.remark]],
                    "keep": ["type": ["string", "null"]], "stop": ["type": ["string", "null"]],
                    "hint": ["type": ["string", "null"]],
                ],
            ]
            let prompt = Self.prompt.replacing("WORDS", with: words)
            let text = SchemaAnswer.make(schema: schema, prompt: prompt).text
            return try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        }
        let bad = try answer("It is healthy, and it is free.")
        let remarks = bad["improvements"]?.array ?? []
        #expect(remarks.count == 1)
        #expect(remarks.first?["utteranceId"] == "u4" && remarks.first?["category"] == "compliance")
        #expect(remarks.first?["quote"] == "It is healthy, and it is free.")
        for key in ["why", "improvement", "tryInstead"] {
            #expect(remarks.first?[key]?.string?.isEmpty == false, "\(key)")
        }
        #expect(bad["stop"]?.string?.isEmpty == false && bad["keep"]?.string?.isEmpty == false)
        let good = try answer("When do you smoke most?")
        #expect(good["stop"] == .null)
        #expect(good["improvements"]?.array?.first?["quote"] == .null)
        #expect(good["hint"]?.string?.isEmpty == false && good["hint"] != bad["hint"])
        let telling = try answer("The glo device heats a stick.")
        #expect(telling["improvements"]?.array?.first?["category"] == "needsDiscovery")
    }

    private static let remark: JSONValue = [
        "utteranceId": ["type": ["string", "null"]], "quote": ["type": ["string", "null"]],
        "category": ["type": "string", "enum": ["empathy", "needsDiscovery", "compliance"]],
        "why": ["type": "string"], "improvement": ["type": "string"], "tryInstead": ["type": ["string", "null"]],
    ]

    private static let step: JSONValue = [
        "type": "object",
        "properties": [
            "utteranceId": ["type": ["string", "null"]], "quote": ["type": ["string", "null"]],
            "status": ["type": "string", "enum": ["open", "partial", "done", "missed"]],
        ],
    ]

    @Test(.timeLimit(.minutes(1)))
    func `a schema outside the strict subset is refused`() async throws {
        try await withSimulator { simulator in
            let loose =
                #"{"type":"object","properties":{"a":{"type":"string"}},"required":[],"additionalProperties":false}"#
            let response = try await ask("x", schema: loose, simulator: simulator)
            #expect(response.status == 400)
            #expect(String(decoding: response.body, as: UTF8.self).contains("Missing 'a'"))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `faults apply to chat completions`() async throws {
        try await withSimulator(faults: [
            Fault(kind: .chatStatus, times: 1, status: 429), Fault(kind: .chatCut, times: 1),
        ]) {
            simulator in
            #expect(try await ask("x", simulator: simulator).status == 429)
            let cut = try await ask("x", simulator: simulator)
            #expect(String(decoding: cut.body, as: UTF8.self).contains(#""finish_reason":"length""#))
            #expect(try content(try await ask("x", simulator: simulator)) != .null)
        }
    }
}
