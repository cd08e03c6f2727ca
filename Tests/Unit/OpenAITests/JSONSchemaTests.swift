import JSON
import Testing

@testable import OpenAI

@Suite struct JSONSchemaTests {
    @Test func `every object is closed and requires all its properties, at every depth`() {
        let schema = JSONSchema.object([
            .init("steps", .array(of: .object([.init("id", .choice(["a", "b"])), .init("done", .boolean("really"))])))
        ])
        #expect(
            schema.json.compact
                == #"{"type":"object","properties":{"steps":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string","enum":["a","b"]},"done":{"type":"boolean","description":"really"}},"required":["id","done"],"additionalProperties":false}}},"required":["steps"],"additionalProperties":false}"#
        )
    }

    @Test func `an optional value is a union with null`() {
        #expect(JSONSchema.optional(.string("s")).json.compact == #"{"type":["string","null"],"description":"s"}"#)
        #expect(
            JSONSchema.optional(.integer(1...2)).json.compact == #"{"type":["integer","null"],"minimum":1,"maximum":2}"#
        )
        #expect(JSONSchema.optional(.choice(["a"])).json.compact == #"{"type":["string","null"],"enum":["a",null]}"#)
    }
}
