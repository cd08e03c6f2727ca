public import Domain
public import Foundation
import NIOCore
import Speech
import Synchronization
public import WebSocket

/// One call over the WebSocket, as a headset makes it: the microphone never stops, and what comes is told in order.
public final class TrainingCall: Sendable {
    public enum Event: Sendable {
        case message(ServerMessage)
        /// Audio of the customer; `totalMs` of this item have come so far.
        case audio(itemId: String?, bytes: Int, totalMs: Int)
        case closed(code: Int, reason: String)
    }

    /// Something that came, the moment it came, before what came twice is dropped.
    public struct Arrival: Sendable {
        public enum Content: Sendable {
            /// - Parameter seq: the message's own number; nil where it has none.
            /// - Parameter message: nil for a type that this client does not know.
            case message(type: String, seq: Int?, _ message: ServerMessage?, json: Data)
            case audio(itemId: String?, offsetMs: Int?, bytes: Int)
            case closed(code: Int, reason: String)
        }

        /// 1 for the first.
        public var connection: Int
        public var at: ContinuousClock.Instant
        public var content: Content
    }

    /// Told on the connection's event loop, so it may not take long.
    public typealias Tap = @Sendable (Arrival) -> Void

    /// How fast the microphone runs: 1 is real time; the server takes up to 4.
    public let pace: Double
    /// Everything that happens, in order; ends after `closed`. For one reader.
    public let events: AsyncStream<Event>

    private let request: WebSocketClient.Request
    private let client: WebSocketClient
    private let channel = Mutex<(any Channel)?>(nil)
    private let microphone: Microphone
    /// Who was connected before asks for what it missed, even if nothing had come yet.
    private let hasTried = Atomic(false)
    private let record: CallRecord
    private let continuation: AsyncStream<Event>.Continuation
    private let tap: Tap?
    private let sendsBinaryAudio: Bool
    private let streaming = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - url: the `wsUrl` of the session.
    ///   - captures: keep every byte of audio that is sent and received.
    ///   - binaryAudio: audio goes, and comes, as it is in binary frames.
    ///   - tap: told everything that comes, in order, beside `events`.
    public init(
        url: String, headers: [(name: String, value: String)] = [], subprotocols: [String] = [], pace: Double = 1,
        captures: Bool = false, binaryAudio: Bool = false, client: WebSocketClient = WebSocketClient(),
        tap: Tap? = nil
    ) {
        let url = binaryAudio ? url + (url.contains("?") ? "&" : "?") + "audio=binary" : url
        sendsBinaryAudio = binaryAudio
        self.tap = tap
        request = WebSocketClient.Request(url: url, headers: headers, subprotocols: subprotocols)
        self.client = client
        self.pace = pace
        microphone = Microphone(captures: captures)
        record = CallRecord(captures: captures)
        // A call has some hundred messages; audio comes in pieces of 100 ms or so.
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100_000))
    }

    /// The highest `seq` that has come.
    public var lastSeq: Int { record.lastSeq }
    /// Every `seq` that has come, on all connections, as they came: a number that came twice is in it twice.
    public var arrivedSeqs: [Int] { record.arrivedSeqs }
    /// Events that the server has not answered for yet, oldest first.
    public var unacknowledged: [ClientEvent] { record.unacknowledged }
    /// What the microphone sent, where it is captured.
    public var sentAudio: Data { microphone.sent }
    /// What came of each item, in the order of the items, where it is captured.
    public var receivedAudio: [Data] { record.audio }

    /// Connects, and after a first connection asks for what was missed.
    ///
    /// - Parameters:
    ///   - fromStart: ask for the whole history, as a client does that has none.
    ///   - played: asked, when it is told to the server, what was played of the last item.
    /// - Throws: `WebSocketClient.Failure` when the server refuses.
    public func connect(
        fromStart: Bool = false, played: @Sendable () -> ClientMessage.Played? = { nil }
    ) async throws {
        defer { hasTried.store(true, ordering: .relaxed) }
        // Before anything new can come: what was missed lies behind this.
        let lastSeq = fromStart ? 0 : lastSeq
        let (connected, _) = try await client.connect(request) { [record, continuation, tap] _ in
            CallHandler(record: record, continuation: continuation, tap: tap)
        }
        channel.withLock { $0 = connected }
        // An attempt that failed may have reached the server all the same.
        let hasTriedBefore = hasTried.load(ordering: .relaxed)
        if lastSeq > 0 || fromStart || hasTriedBefore { send(.resume(lastSeq: lastSeq, played: played())) }
        for event in record.unacknowledged { send(.event(event)) }
    }

    /// Connects again after a connection was lost, as the protocol asks of clients: 250 ms doubling to 5 s, all of it jitter,
    /// until `window` is over. What the server has not acknowledged goes out again, and the microphone opens with `ready`.
    ///
    /// - Throws: the last refusal, or `WebSocketClient.Failure` at once when the server does not want this client any more.
    public func reconnect(
        within window: Duration = .seconds(60), played: @Sendable () -> ClientMessage.Played? = { nil }
    ) async throws {
        let deadline = ContinuousClock.now + window
        var longest = 250.0
        while true {
            closeMicrophone()
            do {
                return try await connect(played: played)
            } catch WebSocketClient.Failure.refused(let status, let body) where [401, 403, 404, 409].contains(status) {
                throw WebSocketClient.Failure.refused(status: status, body: body)
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...Int(longest))))
            longest = min(longest * 2, 5_000)
        }
    }

    /// Opens the microphone: silence until something is said. The task ends with `hangUp`, or when the socket is gone.
    public func openMicrophone() {
        streaming.withLock { task in
            guard task == nil else { return }
            task = Task { [weak self, microphone, pace] in
                let clock = ContinuousClock()
                var next = clock.now
                while !Task.isCancelled {
                    guard let self, self.isConnected else { return }
                    self.sendAudio(microphone.take(milliseconds: 40))
                    next += .milliseconds(40 / max(pace, 0.1))
                    try? await clock.sleep(until: next)
                    microphone.wasLate(by: clock.now - next)
                }
            }
        }
    }

    /// What is in front of it stays, for when it is opened again.
    public func closeMicrophone() {
        streaming.withLock { task in
            task?.cancel()
            task = nil
        }
    }

    /// Puts speech in front of the microphone, and enough silence behind it for the end of the turn to be heard.
    public func say(_ samples: [Int16]) {
        microphone.put(PCM16.data(samples + PCM16.silence(milliseconds: 800)))
    }

    /// True while something that was said is not yet sent.
    public var isSpeaking: Bool { microphone.isBusy }

    /// What was said and is not yet sent, the silence behind it included, in milliseconds.
    public var queuedMs: Int { microphone.queuedMs }

    /// By how much the microphone was late at most, in milliseconds.
    public var latenessMs: Double { microphone.latenessMs }

    public func send(_ message: ClientMessage) {
        guard let json = try? JSONEncoder().encode(message) else { return }
        if case .event(let event) = message { record.sent(event) }
        write(.text(ByteBuffer(bytes: json)))
    }

    /// Any text as one message, for clients that do not keep to the protocol.
    public func send(raw text: String) {
        write(.text(ByteBuffer(string: text)))
    }

    /// Audio as it is, past the microphone.
    public func sendAudio(_ pcm: Data) {
        write(
            sendsBinaryAudio
                ? .binary(ByteBuffer(bytes: pcm))
                : .text(ByteBuffer(string: #"{"type":"audio","data":"\#(pcm.base64EncodedString())"}"#)))
    }

    /// Loses the connection as a Wi-Fi gap would: no close handshake.
    public func cut() {
        channel.withLock { channel in
            channel?.close(promise: nil)
            channel = nil
        }
    }

    public func hangUp() {
        closeMicrophone()
        write(.close(.normal))
        channel.withLock { $0 = nil }
    }

    public var isConnected: Bool { channel.withLock { $0?.isActive ?? false } }

    private func write(_ message: WebSocketMessage) {
        let open = channel.withLock { $0 }
        open?.writeAndFlush(message, promise: nil)
    }
}
