import JSON
import Testing

@Suite struct OrderedJSONTests {
    private let value = OrderedJSON.object([
        .init("b", .array([.integer(1), .number(2)])), .init("a", .array([.object([.init("c", .null)])])),
        .init("e", .object([])), .init("t", .string("x\ty\r\u{85}\u{2028}")),
    ])

    @Test func `compact JSON escapes only what it must`() {
        #expect(
            OrderedJSON.string("a\"b\\c\nd\u{1}\u{1F}é\u{1F600}\0").compact
                == "\"a\\\"b\\\\c\\nd\\u0001\\u001fé\u{1F600}\\u0000\"")
        #expect(
            value.compact
                == "{\"b\":[1,2.0],\"a\":[{\"c\":null}],\"e\":{},\"t\":\"x\\u0009y\\u000d\u{85}\u{2028}\"}")
    }

    @Test func `a line holds no line break of any kind`() {
        #expect(
            value.line
                == #"{"b": [1, 2.0], "a": [{"c": null}], "e": {}, "t": "x\ty\r\u0085\u2028"}"#)
    }

    @Test func `a document keeps arrays of plain values on one line`() {
        #expect(
            value.document == """
                {
                  "b": [1, 2.0],
                  "a": [
                    {
                      "c": null
                    }
                  ],
                  "e": {},
                  "t": "x\\ty\\r\\u0085\\u2028"
                }
                """)
    }

    @Test func `named keys come first and the others by name`() {
        let value: JSONValue = ["z": 1, "a": ["y": 2, "x": 3], "x": 4]
        #expect(OrderedJSON(value, order: ["x", "z"]).compact == #"{"x":4,"z":1,"a":{"x":3,"y":2}}"#)
    }
}
