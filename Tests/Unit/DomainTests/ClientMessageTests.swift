import Domain
import Foundation
import Testing

struct ClientMessageTests {
    private func decode(_ json: String) throws -> ClientMessage {
        try JSONDecoder().decode(ClientMessage.self, from: Data(json.utf8))
    }

    @Test func `the event message of the specification is decoded`() throws {
        let message = try decode(
            #"{"type":"event","data":{"type":"VR_INTERACTION","data":{"interactedObject":"GLO_Device","action":"PICKUP"}}}"#
        )
        guard case .event(let event) = message else { return #expect(Bool(false), "\(message)") }
        let checked = try event.checked(at: 5.2) { "server-1" }
        #expect(checked.type == .vrInteraction)
        #expect(checked.time == 5.2)
        #expect(checked.eventId == "server-1")
        #expect(checked.clientTime == nil)
        #expect(checked.data["action"] == "PICKUP")
    }

    @Test func `an event keeps its id, and the client's time if it is dated differently`() throws {
        guard
            case .event(let event) = try decode(
                #"{"type":"event","eventId":"e1","time":12.4,"data":{"type":"TABLET_CHOICE","data":{"question":"Q1","answer":"Option_B"}}}"#
            )
        else { return #expect(Bool(false)) }
        let checked = try event.checked(at: 99) { "server-1" }
        #expect(checked.eventId == "e1")
        #expect(checked.time == 99)
        #expect(checked.clientTime == 12.4)
        #expect(try event.checked(at: 12.4) { "server-1" }.clientTime == nil)
    }

    @Test(arguments: [
        ("12.4", 12.4), (#""12.4""#, 12.4), ("1240000", 1_240_000), ("-0.02", -0.02), ("1e999", nil), (#""soon""#, nil),
        ("null", nil), ("true", nil), ("[]", nil),
    ])
    func `an event is never refused for its time`(json: String, expected: Double?) throws {
        guard
            case .event(let event) = try decode(
                #"{"type":"event","eventId":"e1","time":\#(json),"data":{"type":"TABLET_CHOICE","data":{}}}"#)
        else { return #expect(Bool(false)) }
        #expect(event.time == expected)
    }

    @Test(arguments: ["SYSTEM", "SUPERVISOR", "Session_End", "", "vr_interaction"])
    func `a client cannot write the server's events`(type: String) {
        let event = ClientEvent(data: .init(type: type, data: nil))
        #expect(throws: ClientEvent.Refusal.self) { try event.checked(at: 1) { "x" } }
    }

    @Test func `data that is JSON inside a string is decoded`() throws {
        let text = #"{"entered":"1981-05-12","correct":true}"#
        func data(_ text: String) throws -> JSONValue {
            let event = ClientEvent(eventId: "e", data: .init(type: "DOB_CHECK", data: .string(text)))
            return try event.checked(at: 1) { "x" }.data
        }
        #expect(try data(text)["entered"] == "1981-05-12")
        for other in ["just words", "{broken", "12", #"{"a\u0000":1}"#, String(repeating: "[", count: 500)] {
            #expect(try data(other) == .string(other))
        }
    }

    @Test(arguments: ["", String(repeating: "x", count: 65)])
    func `an event id has 1 to 64 characters`(id: String) {
        let event = ClientEvent(eventId: id, data: .init(type: "VR_INTERACTION", data: nil))
        #expect(throws: ClientEvent.Refusal.self) { try event.checked(at: 1) { "x" } }
    }

    @Test(arguments: ["session.update", "conversation.item.create", "response.create", "audio2", ""])
    func `types of other protocols are refused with the allowed types`(type: String) {
        let error = #expect(throws: DecodingError.self) { try decode(#"{"type":"\#(type)"}"#) }
        #expect(String(describing: error).contains("end_session"))
    }

    @Test(arguments: [
        ClientMessage.resume(lastSeq: 41, played: .init(itemId: "item_9", offsetMs: 840)),
        .event(ClientEvent(eventId: "a", time: 1.5, data: .init(type: "DOB_CHECK", data: ["entered": "1998-05-12"]))),
        .played(.init(itemId: "i", offsetMs: 1)), .text("hello"), .mute(on: true), .mute(on: false), .ping(t: 1),
        .ping(t: nil), .endSession,
    ])
    func `a message survives encoding and decoding`(message: ClientMessage) throws {
        #expect(try JSONDecoder().decode(ClientMessage.self, from: JSONEncoder().encode(message)) == message)
    }
}

extension ClientMessageTests {
    @Test func `an event above the size limit is refused, and one of the largest size is not`() throws {
        let largest = String(repeating: "x", count: ClientEvent.largestData)
        let allowed = ClientEvent(data: .init(type: "VR_INTERACTION", data: .string(largest)))
        #expect(try allowed.checked(at: 1) { "x" }.data == .string(largest))
        let error = #expect(throws: ClientEvent.Refusal.self) {
            try ClientEvent(data: .init(type: "VR_INTERACTION", data: ["file": .string(largest)])).checked(at: 1) {
                "x"
            }
        }
        #expect(error?.code == "event_too_large")
        let many = "[" + String(repeating: "0,", count: 30_000) + "0]"
        let encodedTwice = ClientEvent(data: .init(type: "VR_INTERACTION", data: .string(many)))
        #expect(try encodedTwice.checked(at: 1) { "x" }.data == .string(many), "too many values to read")
        let heavy = "[" + String(repeating: "0,", count: 8_000) + "0]"
        let type = "e" + String(repeating: "\u{301}", count: 100_000)
        for data in [
            ClientEvent.Content(type: "VR_INTERACTION", data: [.string(heavy), .string(largest)]),
            ClientEvent.Content(type: type, data: nil),
        ] {
            let refusal = #expect(throws: ClientEvent.Refusal.self) {
                try ClientEvent(data: data).checked(at: 1) { "x" }
            }
            #expect((refusal?.message.utf8.count ?? .max) < 1_000)
        }
    }
}

extension ClientMessageTests {
    @Test(arguments: [("840", 840), ("840.5", 841), ("840.0", 840), ("8.4e2", 840), ("-0.4", 0), ("-12.6", -13)])
    func `a number may come whole or with a fraction, and is rounded`(json: String, expected: Int) throws {
        #expect(
            try decode(#"{"type":"played","itemId":"i","offsetMs":\#(json)}"#)
                == .played(.init(itemId: "i", offsetMs: expected)))
        #expect(
            try decode(#"{"type":"resume","lastSeq":\#(json),"played":{"itemId":"i","offsetMs":\#(json)}}"#)
                == .resume(lastSeq: expected, played: .init(itemId: "i", offsetMs: expected)))
    }

    @Test(arguments: ["1e30", "-1e30", "1e999", "9223372036854775807", "true", #""840""#, "null", "[]"])
    func `a number outside the range of times is refused without a trap`(json: String) {
        #expect(throws: DecodingError.self) { try decode(#"{"type":"played","itemId":"i","offsetMs":\#(json)}"#) }
        #expect(throws: DecodingError.self) { try decode(#"{"type":"resume","lastSeq":\#(json)}"#) }
    }

    @Test func `every value of an event's data weighs something`() {
        let values: [JSONValue] = [.null, true, 1, 1.5, "", [], [:], ["": ""]]
        for value in values { #expect(value.weight >= 8, "\(value)") }
        let empty = ClientEvent(data: .init(type: "ERROR", data: .array(Array(repeating: [], count: 10_000))))
        let error = #expect(throws: ClientEvent.Refusal.self) { try empty.checked(at: 1) { "x" } }
        #expect(error?.code == "event_too_large")
    }
}
