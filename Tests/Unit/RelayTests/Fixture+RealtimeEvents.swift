/// Events of the Realtime API as text.
extension Fixture {
    /// A piece of an answer's audio, as OpenAI sends it.
    static func delta(_ base64: String, item: String, response: String = "r1") -> String {
        #"{"type":"response.output_audio.delta","event_id":"e","response_id":"\#(response)","item_id":"\#(item)","#
            + #""output_index":0,"content_index":0,"delta":"\#(base64)"}"#
    }

    /// The events of a whole answer, with audio and, if asked for, a call that ends the conversation.
    static func answer(_ text: String, item: String, audio: [String], after previous: String, call: String? = nil)
        -> [String]
    {
        let functionCall =
            call.map {
                #",{"id":"f1","type":"function_call","name":"end_conversation","call_id":"call_1","arguments":"{\"outcome\":\"\#($0)\"}"}"#
            } ?? ""
        return [
            #"{"type":"response.created","event_id":"e","response":{"id":"r1"}}"#,
            #"{"type":"conversation.item.added","event_id":"e","previous_item_id":"\#(previous)","item":{"id":"\#(item)","type":"message","role":"assistant","content":[]}}"#,
        ] + audio.map { delta($0, item: item) } + [
            #"{"type":"response.output_audio_transcript.done","event_id":"e","response_id":"r1","item_id":"\#(item)","transcript":"\#(text)"}"#,
            #"{"type":"response.output_audio.done","event_id":"e","response_id":"r1","item_id":"\#(item)"}"#,
            #"{"type":"response.done","event_id":"e","response":{"id":"r1","status":"completed","output":[{"id":"\#(item)","type":"message","role":"assistant","content":[]}\#(functionCall)],"usage":{"input_tokens":10,"output_tokens":5}}}"#,
        ]
    }
}
