public import HTTPTypes

/// The HTTP response to a refused handshake. The connection closes after it.
public struct WebSocketRefusal: Error, Hashable, Sendable {
    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    /// JSON: a problem document, with `headers` naming its content type.
    public var body: String

    public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: String) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A problem document (RFC 9457) that needs no escaping, because the texts are ours.
    static func problem(_ status: HTTPResponse.Status, code: StaticString, detail: StaticString) -> Self {
        WebSocketRefusal(
            status: status, headers: [.contentType: "application/problem+json"],
            body: #"{"type":"about:blank","title":"\#(status.reasonPhrase)","status":\#(status.code),"#
                + #""detail":"\#(detail)","code":"\#(code)"}"#)
    }
}
