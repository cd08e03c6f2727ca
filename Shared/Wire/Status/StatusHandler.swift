import NIOCore

/// Just enough HTTP/1.1 for `GET /healthz`, `/readyz` and `/metrics`: one request, one answer, close.
final class StatusHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private static let requestLimit = 8 * 1024

    private let endpoints: StatusEndpoints
    private var received = ByteBuffer()
    private var isAnswered = false

    init(_ endpoints: StatusEndpoints) {
        self.endpoints = endpoints
    }

    static func isRequest(_ start: [UInt8]) -> Bool {
        start == Array("GET ".utf8) || start == Array("HEAD".utf8)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswered else { return }
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        let request = String(buffer: received)
        guard request.contains("\r\n\r\n") else {
            if received.readableBytes > Self.requestLimit { context.close(promise: nil) }
            return
        }
        isAnswered = true
        let words = request.prefix { $0 != "\r\n" }.split(separator: " ")
        let path = words.count > 1 ? String(words[1].prefix { $0 != "?" }) : ""
        let endpoints = self.endpoints
        let channel = context.channel
        context.eventLoop.makeFutureWithTask { await Self.answer(to: path, endpoints) }
            .flatMap { channel.writeAndFlush(ByteBuffer(string: $0)) }
            .whenComplete { _ in channel.close(promise: nil) }
    }

    private static func answer(to path: String, _ endpoints: StatusEndpoints) async -> String {
        switch path {
        case "/healthz": return response("200 OK", "application/json", #"{"status":"alive"}"#)
        case "/readyz":
            let (ready, json) = await endpoints.readyz()
            return response(ready ? "200 OK" : "503 Service Unavailable", "application/json", json)
        case "/metrics": return response("200 OK", "text/plain; version=0.0.4; charset=utf-8", endpoints.metrics())
        default: return response("404 Not Found", "text/plain; charset=utf-8", "/healthz, /readyz, /metrics\n")
        }
    }

    private static func response(_ status: String, _ type: String, _ body: String) -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Cache-Control: no-store\r\nConnection: close\r\n\r\n\(body)"
    }
}
