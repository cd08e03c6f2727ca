import Domain
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import Storage

/// A response of server-sent events. Nothing waits in a queue: the store is looked at again once the reader has taken
/// what was written, so a slow reader gets fewer and larger events.
struct EventStream: Sendable {
    let timing: LiveTiming
    /// Whether the process is about to stop.
    let isStopping: @Sendable () -> Bool

    static let mediaType = "text/event-stream"

    /// - Parameters:
    ///   - first: what is sent at once.
    ///   - seat: freed when the response is over.
    func response(
        to call: Call, _ source: some LiveSource, first: LiveNews, seat: LiveSeats.Seat
    ) -> Response {
        let (channel, logger) = (call.context.channel, call.context.logger)
        return Response(
            status: .ok,
            headers: [
                .contentType: Self.mediaType, .cacheControl: "no-store", .accelBuffering: "no", .connection: "close",
            ],
            body: ResponseBody { [self] writer in
                defer { withExtendedLifetime(seat) {} }
                var lines = Lines(channel: channel, longestWrite: timing.longestWrite, logger: logger)
                try await run(source, first, for: StreamReader(of: channel), &lines, &writer)
                try await writer.finish(nil)
            })
    }

    private func run(
        _ source: some LiveSource, _ first: LiveNews, for reader: StreamReader, _ lines: inout Lines,
        _ writer: inout any ResponseBodyWriter
    ) async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        var (lastWrite, lastAnswer) = (begin, begin)
        var source = source
        var news = first
        // How soon an EventSource comes again, in milliseconds.
        try await lines.write("retry: 2000\n\n", to: &writer)
        while true {
            if !news.events.isEmpty {
                try await lines.write(news.events.map(\.text).joined(), to: &writer)
                lastWrite = clock.now
            }
            if news.isOver { return try await end("over", &lines, &writer) }
            if isStopping() { return try await end("restarting", &lines, &writer) }
            if clock.now - begin >= timing.longest { return try await end("renew", &lines, &writer) }
            if clock.now - lastWrite >= timing.heartbeat {
                try await lines.write(": \n\n", to: &writer)
                lastWrite = clock.now
            }
            try await Task.sleep(for: timing.look)
            if reader.hasLeft { return }
            do {
                news = try await source.news()
                lastAnswer = clock.now
            } catch is StorageError {
                news = LiveNews()
                if clock.now - lastAnswer >= timing.longestOutage {
                    return try await end("unavailable", &lines, &writer)
                }
            }
        }
    }

    /// Says why the stream ends. After `over` there is nothing more to come.
    private func end(_ reason: String, _ lines: inout Lines, _ writer: inout any ResponseBodyWriter) async throws {
        let event = LiveEvent("end", .object([.init("reason", .string(reason))]))
        try await lines.write(event.text, to: &writer)
    }

    /// Writes that a reader must take within a time.
    private struct Lines {
        let channel: any Channel
        let longestWrite: Duration
        let logger: Logger

        mutating func write(_ text: String, to writer: inout any ResponseBodyWriter) async throws {
            // Owned by this call, which cancels it when the reader has taken the text.
            let watchdog = Task { [channel, longestWrite, logger] in
                try await Task.sleep(for: longestWrite)
                logger.notice("a stream was closed because its reader is too slow")
                channel.close(promise: nil)
            }
            defer { watchdog.cancel() }
            try await writer.write(ByteBuffer(string: text))
        }
    }
}
