import Domain
import Foundation
import Hummingbird
import Logging
import NIOCore
import Speech
import Testing
import WebSocket

@testable import Simulator

/// Runs a simulator in this process for the duration of `body`.
func withSimulator(
    _ options: SimulatorOptions = .quick, faults: [Fault] = [], log: EventLog? = nil,
    _ body: @Sendable @escaping (SimulatorUnderTest) async throws -> Void
) async throws {
    var logger = Logger(label: "simulator")
    logger.logLevel = .critical
    let server = SimulatorServer(options: options, faults: faults, log: log)
    let (ports, announce) = AsyncStream.makeStream(of: Int.self)
    let application = server.application(host: "127.0.0.1", port: 0, logger: logger) { announce.yield($0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        group.addTask {
            var iterator = ports.makeAsyncIterator()
            try await body(SimulatorUnderTest(port: try #require(await iterator.next())))
        }
        try await group.next()
        group.cancelAll()
    }
}

extension SimulatorOptions {
    /// Options without the delays that make it lifelike.
    static var quick: SimulatorOptions {
        SimulatorOptions(pace: 200, latencyMs: 5, lateTranscripts: 0, tonesOnly: true)
    }

    func with(_ change: (inout SimulatorOptions) -> Void) -> SimulatorOptions {
        var copy = self
        change(&copy)
        return copy
    }
}

struct SimulatorUnderTest: Sendable {
    let port: Int

    var base: String { "http://127.0.0.1:\(port)" }

    func connect(
        _ dialect: Dialect = .ga, model: String = "gpt-realtime-2.1", headers: [(name: String, value: String)] = []
    ) async throws -> Caller {
        let (events, into) = AsyncStream.makeStream(of: WebSocketMessage.self)
        let beta: [(name: String, value: String)] = dialect == .beta ? [("OpenAI-Beta", "realtime=v1")] : []
        let (channel, _) = try await WebSocketClient().connect(
            .init(url: "ws://127.0.0.1:\(port)/v1/realtime?model=\(model)", headers: headers + beta)
        ) { _ in Collector(into: into) }
        return Caller(channel: channel, events: events, dialect: dialect)
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage

    let into: AsyncStream<WebSocketMessage>.Continuation
    init(into: AsyncStream<WebSocketMessage>.Continuation) { self.into = into }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { into.yield(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { into.finish() }
}

/// A client of the Realtime API that keeps all events it receives.
actor Caller {
    let channel: any Channel
    let dialect: Dialect
    private var iterator: AsyncStream<WebSocketMessage>.AsyncIterator
    private(set) var events: [JSONValue] = []
    private(set) var close: WebSocketMessage?

    init(channel: any Channel, events: AsyncStream<WebSocketMessage>, dialect: Dialect) {
        self.channel = channel
        self.dialect = dialect
        iterator = events.makeAsyncIterator()
    }

    func send(_ json: WireJSON) async throws { try await send(text: json.text) }

    func send(text: String) async throws {
        try await channel.writeAndFlush(WebSocketMessage.text(ByteBuffer(string: text)))
    }

    /// Sends audio in chunks of 20 ms, as fast as possible.
    func send(_ samples: [Int16]) async throws {
        var rest = PCM16.data(samples)[...]
        while !rest.isEmpty {
            let piece = Data(rest.prefix(960))
            rest = rest.dropFirst(960)
            try await send(["type": "input_audio_buffer.append", "audio": .string(piece.base64EncodedString())])
        }
    }

    /// The next event; nil at the end of the connection.
    func next() async throws -> JSONValue? {
        var own = iterator
        let message = await own.next(isolation: self)
        iterator = own
        switch message {
        case .text(let buffer):
            let event = try JSONDecoder().decode(JSONValue.self, from: Data(buffer.readableBytesView))
            events.append(event)
            return event
        case .close:
            close = message
            return try await next()
        case .binary, nil: return nil
        }
    }

    /// Reads up to and including the next event of this type.
    @discardableResult
    func until(_ type: String) async throws -> JSONValue {
        while let event = try await next() {
            if event["type"]?.string == type { return event }
        }
        Issue.record("the connection ended before \(type); got \(types)")
        return .null
    }

    func untilEnd() async throws {
        while try await next() != nil {}
    }

    var types: [String] { events.compactMap { $0["type"]?.string } }

    func all(_ type: String) -> [JSONValue] { events.filter { $0["type"]?.string == type } }

    /// Sends the session's configuration and waits until it is applied.
    func configure(_ change: WireJSON = .object([])) async throws {
        let tool: WireJSON = [
            "type": "function", "name": "end_conversation", "description": "End.",
            "parameters": [
                "type": "object",
                "properties": ["outcome": ["type": "string", "enum": ["converted", "rejected", "walked_away"]]],
            ],
        ]
        let session: WireJSON =
            dialect == .ga
            ? [
                "type": "realtime", "instructions": "You are Karel, and you stay Karel.",
                "output_modalities": ["audio"],
                "audio": [
                    "input": [
                        "transcription": ["model": "gpt-transcribe", "language": "en"],
                        "turn_detection": [
                            "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300,
                            "silence_duration_ms": 500,
                            "create_response": true, "interrupt_response": true,
                        ],
                    ], "output": ["voice": "verse"],
                ], "tools": [tool],
            ]
            : [
                "modalities": ["text", "audio"], "instructions": "You are Karel, and you stay Karel.", "voice": "verse",
                "input_audio_transcription": ["model": "whisper-1"], "tools": [tool],
            ]
        try await send(["type": "session.update", "event_id": "evt_config", "session": session + change])
        try await until("session.updated")
    }

    /// Updates the session and waits until the update is applied.
    func update(_ change: WireJSON) async throws {
        try await send(["type": "session.update", "session": ["type": "realtime"] + change])
        try await until("session.updated")
    }

    func say(_ text: String) async throws {
        try await send([
            "type": "conversation.item.create",
            "item": ["type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]]],
        ])
    }
}

/// A spoken utterance with its tag, and the silence around it.
func utterance(_ text: String, leadMs: Int = 1_000, speechMs: Int = 800, tailMs: Int = 700) -> [Int16] {
    let wave = (0..<speechMs * 24).map { Int16(4_000 * sin(Double($0) / 12)) }
    return PCM16.silence(milliseconds: leadMs) + SpokenTag.samples(for: text) + wave
        + PCM16.silence(milliseconds: tailMs)
}
