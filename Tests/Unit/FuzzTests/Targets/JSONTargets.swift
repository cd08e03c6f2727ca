import Conversation
import Domain
import Foundation
import JSON

@testable import RelayService

extension FuzzTarget {
    private static let objects = [
        #"{"a":1,"b":[true,null,{"c":"d"}],"e":"\u00e9\"\\","f":-1.5e3}"#, #"{"a":{"a":{"a":[]}},"b":""}"#, "[]", "0",
        #" { "x" : "y" , "z" : 9007199254740993 } "#, #"{"a":"b","a":"c"}"#, #"{"\u0061":1}"#, "{}", "\"\u{2028}\"",
    ]

    /// Any JSON: it can be written and read again, in every form, and the quick scan finds the members that the parser
    /// finds.
    static let json = FuzzTarget(
        "json", texts: objects, tokens: [#""a":"#, #"{"a":"#, "\\u0000", "\\ud83d\\ude00", "1E5", "\\", "\"", "[", "{"]
    ) { input in
        let isShallow = JSONNesting.isWithin(JSONNesting.limit, input)
        var scanned: [(key: String, hasPlainKey: Bool, value: [UInt8])] = []
        let isComplete = try input.withUnsafeBytes { bytes in
            var scan = TopLevelScan(bytes)
            while let member = scan.next() {
                try require(
                    member.verbatim.lowerBound > member.key.upperBound && member.verbatim.upperBound <= bytes.count,
                    "a member at \(member.verbatim)")
                scanned.append(
                    (
                        String(decoding: bytes[member.key], as: UTF8.self), member.hasPlainKey,
                        Array(bytes[member.verbatim])
                    ))
            }
            return scan.isComplete
        }
        guard isShallow else { return "deep" }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(input)) else {
            return "no JSON \(isComplete) \(min(scanned.count, 3))"
        }
        try requireSame(value, try JSONEncoder().encode(value), "by the encoder")
        let ordered = OrderedJSON(value)
        for text in [ordered.compact, ordered.line, ordered.document] { try requireSame(value, Data(text.utf8), text) }
        try require(!ordered.compact.contains("\n") && !ordered.line.contains("\n"), "more than a line")
        _ = (value.isStorable, value.weight)
        // A parser of Foundation's takes UTF-16 and UTF-32 as well; the scan is for UTF-8.
        guard case .object(let members) = value, !input.contains(0) else { return "\(kind(value)) \(isComplete)" }
        let start = input.starts(with: [0xEF, 0xBB, 0xBF]) ? "BOM" : ""
        guard start.isEmpty else { return start }
        // Foundation's parser takes a comma before the closing brace; the scan leaves such an object to it.
        guard isComplete else { return "object for the parser only" }
        guard scanned.allSatisfy(\.hasPlainKey), Set(scanned.map(\.key)).count == scanned.count else { return "keys" }
        try require(Set(scanned.map(\.key)) == Set(members.keys), "the scan finds \(scanned.map(\.key))")
        for member in scanned {
            let found = try? JSONDecoder().decode(JSONValue.self, from: Data(member.value))
            try require(found == members[member.key], "\(member.key) is \(found as Any) for the scan")
        }
        return "object \(min(members.count, 4))"
    }

    private static func requireSame(_ value: JSONValue, _ written: Data, _ how: String) throws {
        let again = try? JSONDecoder().decode(JSONValue.self, from: written)
        guard again != value else { return }
        // A double without a fraction may come back as a whole number.
        try require(
            again.map { isSame($0, value) } ?? false, "\(value) is read again as \(again as Any), written \(how)")
    }

    private static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.array(let left), .array(let right)): left.count == right.count && zip(left, right).allSatisfy(isSame)
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { key, value in right[key].map { isSame(value, $0) } ?? false }
        default: left == right || left.number != nil && left.number == right.number
        }
    }

    private static func kind(_ value: JSONValue) -> String {
        switch value {
        case .string: "string"
        case .array: "array"
        case .object: "object"
        default: value.number == nil ? "word" : "number"
        }
    }

    /// Audio on its way, and base64: the quick readers and the full ones agree.
    static let audioMessages = FuzzTarget(
        "audioMessages",
        texts: [
            #"{"type":"audio","data":"AAECAw==","itemId":"item_1","offsetMs":840}"#, #"{"type":"audio","data":"AAEC"}"#,
            #"{"type":"response.output_audio.delta","event_id":"e","item_id":"i","response_id":"r","delta":"AAEC"}"#,
            #"{"type":"response.audio.delta","delta":"AAECAw==","item_id":"i","output_index":0,"content_index":0}"#,
            "AAEC", "AA==", "AAE=", "////", "++++",
        ],
        tokens: [
            #"{"type":"audio","data":""#, #""delta":"AAEC","#, #""item_id":"j","#, #""type":"response.audio.delta","#,
            "=", "==",
            #"","itemId":""#, #","offsetMs":"#, "\\/", "\\u0041",
        ]
    ) { input in
        try requireSameBase64(input)
        let parts = input.withUnsafeBytes { AudioMessage.parts(of: $0) }
        for range in [parts?.base64, parts?.itemId, parts?.offsetMs].compactMap(\.self) {
            try require(range.upperBound <= input.count, "a part at \(range)")
        }
        if let base64 = parts?.base64 {
            try require(!input[base64].contains(UInt8(ascii: "\"")), "a quote in the base64")
        }
        guard let delta = input.withUnsafeBytes({ AudioSplice.delta(in: $0) }) else {
            return "\(parts != nil) \(input.withUnsafeBytes { AudioMessage.base64(inClientMessage: $0) } != nil)"
        }
        // Frames are UTF-8 before anything reads them.
        guard String(validating: input, as: UTF8.self) != nil else { return "delta that is not UTF-8" }
        // A raw control character in a string is no JSON. It gets nowhere: ids are written without them.
        let ids = [delta.itemId, delta.responseId].compactMap(\.self)
        guard !ids.contains(where: { input[$0].contains { $0 < 0x20 } }) else { return "control character in an id" }
        // The quick reader takes what no parser would, as in `nul` for a word; a parser that reads it must agree.
        if let event = RealtimeEvent(Data(input)) {
            guard case .audio(let audio) = event else { throw Broken("it is \(event) for the parser") }
            try require(audio.itemId == String(decoding: input[delta.itemId], as: UTF8.self), "item \(audio.itemId)")
            try require(audio.base64 == String(decoding: input[delta.base64], as: UTF8.self), "other audio")
            let response = delta.responseId.map { String(decoding: input[$0], as: UTF8.self) }
            try require(audio.responseId == response || response == nil, "response \(audio.responseId ?? "none")")
            return "delta \(delta.byteCount > 0) \(response != nil)"
        }
        return "delta for the quick reader only"
    }

    private static func requireSameBase64(_ text: [UInt8]) throws {
        guard let count = text.withUnsafeBytes({ Base64Text.byteCount(of: $0) }) else { return }
        guard let decoded = Data(base64Encoded: Data(text)) else { throw Broken("base64 that Foundation refuses") }
        try require(decoded.count == count, "\(count) bytes of base64 are \(decoded.count) for Foundation")
        var encoded = [UInt8](repeating: 0, count: Base64Text.length(ofBytes: count))
        decoded.withUnsafeBytes { bytes in encoded.withUnsafeMutableBytes { Base64Text.encode(bytes, into: $0) } }
        try require(Data(encoded) == decoded.base64EncodedData(), "encoded differently")
    }

    /// Events of the Realtime API or of a server like it.
    static let realtimeEvents = FuzzTarget(
        "realtimeEvents",
        texts: [
            #"{"type":"session.created","session":{"id":"s","expires_at":1795341542}}"#,
            #"{"type":"error","error":{"type":"invalid_request_error","code":"x","message":"m","param":"p","event_id":"e"}}"#,
            #"{"type":"error","error":"bad"}"#,
            #"{"type":"input_audio_buffer.speech_started","audio_start_ms":5,"item_id":"i"}"#,
            #"{"type":"input_audio_buffer.committed","item_id":"i","previous_item_id":null}"#,
            #"{"type":"conversation.item.added","item":{"id":"i","type":"message","role":"user","content":[{"transcript":"a"}]}}"#,
            #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"i","transcript":"t","#
                + #""logprobs":[{"token":"t","logprob":-3.5}]}"#,
            #"{"type":"response.output_audio.delta","item_id":"i","response_id":"r","delta":"AAEC"}"#,
            #"{"type":"response.output_audio_transcript.done","item_id":"i","response_id":"r","transcript":"t"}"#,
            #"{"type":"response.done","response":{"id":"r","status":"cancelled","status_details":{"reason":"turn_detected"},"#
                + #""output":[{"id":"i","type":"function_call","call_id":"c","name":"end_conversation","arguments":"{}"}],"#
                + #""usage":{"input_tokens":5,"input_token_details":{"audio_tokens":3,"cached_tokens_details":{"audio_tokens":1}}}}}"#,
            #"{"type":"rate_limits.updated","rate_limits":[{"name":"tokens","remaining":0,"reset_seconds":1.5}]}"#,
            #"{"type":"response.function_call_arguments.done","item_id":"i","call_id":"c","name":"n","arguments":"{}"}"#,
        ],
        tokens: [
            #""type":"response.done","#, #""item_id":"j","#, #""previous_item_id":null,"#, #""audio_start_ms":"#,
            #""item":{"id":"k"},"#,
            #""output":["#, #""logprobs":["#, #""usage":{"input_tokens":"#, #""reset_seconds":"#, "1e40", "-5",
        ]
    ) { input in
        guard let event = RealtimeEvent(Data(input)) else { return "no event" }
        switch event {
        case .speechStarted(_, let ms), .speechStopped(_, let ms):
            try require((0...1 << 40).contains(ms ?? 0), "\(ms as Any) ms")
        case .responseDone(let response):
            guard let usage = response.usage else { break }
            try require(min(usage.inputTokens, usage.outputTokens, usage.audioInputTokens) >= 0, "\(usage)")
        default: break
        }
        let name = String("\(event)".prefix { $0 != "(" })
        return "\(name) \(input.withUnsafeBytes { AudioSplice.delta(in: $0) } != nil)"
    }
}
