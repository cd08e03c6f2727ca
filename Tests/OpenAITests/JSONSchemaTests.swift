import Testing

@testable import OpenAI

@Suite struct JSONSchemaTests {
    @Test func `every object is closed and requires all its properties, at every depth`() {
        let schema = JSONSchema.object([
            .init("steps", .array(of: .object([.init("id", .choice(["a", "b"])), .init("done", .boolean("really"))])))
        ])
        #expect(
            schema.json.text
                == #"{"type":"object","properties":{"steps":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string","enum":["a","b"]},"done":{"type":"boolean","description":"really"}},"required":["id","done"],"additionalProperties":false}}},"required":["steps"],"additionalProperties":false}"#
        )
    }

    @Test func `an optional value is a union with null`() {
        #expect(JSONSchema.optional(.string("s")).json.text == #"{"type":["string","null"],"description":"s"}"#)
        #expect(
            JSONSchema.optional(.integer(1...2)).json.text == #"{"type":["integer","null"],"minimum":1,"maximum":2}"#)
        #expect(JSONSchema.optional(.choice(["a"])).json.text == #"{"type":["string","null"],"enum":["a",null]}"#)
    }

    @Test func `any text is written as one JSON string`() {
        #expect(
            OrderedJSON.string("a\"b\\c\nd\u{1}\u{1F}é\u{1F600}\0").text
                == "\"a\\\"b\\\\c\\nd\\u0001\\u001fé\u{1F600}\\u0000\"")
    }
}
