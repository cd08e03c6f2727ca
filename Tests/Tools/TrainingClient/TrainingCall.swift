public import Domain
public import Foundation
import NIOCore
import Speech
import Synchronization
public import WebSocket

/// One call over the WebSocket, as a headset makes it: the microphone never stops, and events are delivered in order.
public final class TrainingCall: Sendable {
    public enum Event: Sendable {
        case message(ServerMessage)
        /// Audio of the customer; `totalMs` of this item have arrived so far.
        case audio(itemId: String?, bytes: Int, totalMs: Int)
        case closed(code: Int, reason: String)
    }

    /// Something that arrived, at the time of its arrival, before duplicates are dropped.
    public struct Arrival: Sendable {
        public enum Content: Sendable {
            /// - Parameter seq: the message's own number; nil if it has none.
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

    /// Called on the connection's event loop, so it must be quick.
    public typealias Tap = @Sendable (Arrival) -> Void

    /// The speed of the microphone: 1 is real time; by default the server accepts up to 4.
    public let pace: Double
    /// All events in order, over all connections. For a single reader.
    public let events: AsyncStream<Event>

    private let request: WebSocketClient.Request
    private let client: WebSocketClient
    private let channel = Mutex<(any Channel)?>(nil)
    private let microphone: Microphone
    /// After a first attempt the client asks for what it missed, even if nothing had arrived yet.
    private let hasTried = Atomic(false)
    private let record: CallRecord
    private let continuation: AsyncStream<Event>.Continuation
    private let tap: Tap?
    private let isMute: @Sendable () -> Bool
    private let sendsBinaryAudio: Bool
    private let streaming = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - url: the `wsUrl` of the session.
    ///   - captures: keep every byte of audio that is sent and received.
    ///   - binaryAudio: audio is sent and received in binary frames.
    ///   - tap: called with everything that arrives, in order, in addition to `events`.
    ///   - isMute: while it is true, the open microphone sends nothing, and what is said is lost.
    public init(
        url: String, headers: [(name: String, value: String)] = [], subprotocols: [String] = [], pace: Double = 1,
        captures: Bool = false, binaryAudio: Bool = false, client: WebSocketClient = WebSocketClient(),
        tap: Tap? = nil, isMute: @escaping @Sendable () -> Bool = { false }
    ) {
        self.isMute = isMute
        let url = binaryAudio ? url + (url.contains("?") ? "&" : "?") + "audio=binary" : url
        sendsBinaryAudio = binaryAudio
        self.tap = tap
        request = WebSocketClient.Request(url: url, headers: headers, subprotocols: subprotocols)
        self.client = client
        self.pace = pace
        microphone = Microphone(captures: captures)
        record = CallRecord(captures: captures)
        // A call has some hundred messages; audio arrives in chunks of about 100 ms.
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100_000))
    }

    /// The highest `seq` that has arrived.
    public var lastSeq: Int { record.lastSeq }
    /// Every `seq` that has arrived, on all connections, in order of arrival and including duplicates.
    public var arrivedSeqs: [Int] { record.arrivedSeqs }
    /// Events that the server has not acknowledged yet, oldest first.
    public var unacknowledged: [ClientEvent] { record.unacknowledged }
    /// What the microphone sent, if it is captured.
    public var sentAudio: Data { microphone.sent }
    /// What arrived of each item, in the order of the items, if it is captured.
    public var receivedAudio: [Data] { record.audio }

    /// Connects; after a first attempt, also asks for what was missed.
    ///
    /// - Parameters:
    ///   - fromStart: request the whole history, like a client that has none.
    ///   - played: called when the position is sent to the server: what was played of the last item.
    /// - Throws: `WebSocketClient.Failure` if the server refuses.
    public func connect(
        fromStart: Bool = false, played: @Sendable () -> ClientMessage.Played? = { nil }
    ) async throws {
        defer { hasTried.store(true, ordering: .relaxed) }
        // Read before anything new can arrive: what was missed comes after this number.
        let lastSeq = fromStart ? 0 : lastSeq
        let (connected, _) = try await client.connect(request) { [record, continuation, tap] _ in
            CallHandler(record: record, continuation: continuation, tap: tap)
        }
        channel.withLock { $0 = connected }
        // An attempt that failed may still have reached the server.
        let hasTriedBefore = hasTried.load(ordering: .relaxed)
        if lastSeq > 0 || fromStart || hasTriedBefore { send(.resume(lastSeq: lastSeq, played: played())) }
        for event in record.unacknowledged { send(.event(event)) }
    }

    /// Reconnects after a lost connection, as the protocol asks of clients: after a random delay of up to 250 ms,
    /// doubling to 5 s, until `window` is over. Unacknowledged events are sent again; the caller opens the microphone
    /// on `ready`.
    ///
    /// - Throws: the last error, or immediately `WebSocketClient.Failure` if the server rejects this client for good.
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

    /// Opens the microphone: silence until something is said. The task ends with `hangUp`, or when the connection is
    /// gone.
    public func openMicrophone() {
        streaming.withLock { task in
            guard task == nil else { return }
            task = Task { [weak self, microphone, pace] in
                let clock = ContinuousClock()
                var next = clock.now
                while !Task.isCancelled {
                    guard let self, self.isConnected else { return }
                    let audio = microphone.take(milliseconds: 40)
                    if !self.isMute() { self.sendAudio(audio) }
                    next += .milliseconds(40 / max(pace, 0.1))
                    try? await clock.sleep(until: next)
                    microphone.wasLate(by: clock.now - next)
                }
            }
        }
    }

    /// Queued audio is kept until the microphone is opened again.
    public func closeMicrophone() {
        streaming.withLock { task in
            task?.cancel()
            task = nil
        }
    }

    /// Queues speech, followed by enough silence for the end of the turn to be detected.
    public func say(_ samples: [Int16]) {
        microphone.put(PCM16.data(samples + PCM16.silence(milliseconds: 800)))
    }

    /// True while queued audio is not sent yet.
    public var isSpeaking: Bool { microphone.isBusy }

    /// Queued audio that is not sent yet, including the silence after it, in milliseconds.
    public var queuedMs: Int { microphone.queuedMs }

    /// How late the microphone was at most, in milliseconds.
    public var latenessMs: Double { microphone.latenessMs }

    public func send(_ message: ClientMessage) {
        guard let json = try? JSONEncoder().encode(message) else { return }
        if case .event(let event) = message { record.sent(event) }
        write(.text(ByteBuffer(bytes: json)))
    }

    /// Sends any text as one message, for clients that violate the protocol.
    public func send(raw text: String) {
        write(.text(ByteBuffer(string: text)))
    }

    /// Sends audio directly, bypassing the microphone.
    public func sendAudio(_ pcm: Data) {
        write(
            sendsBinaryAudio
                ? .binary(ByteBuffer(bytes: [CallHandler.audioMark] + pcm))
                : .text(ByteBuffer(string: #"{"type":"audio","data":"\#(pcm.base64EncodedString())"}"#)))
    }

    /// Loses the connection as in a Wi-Fi gap: no close handshake.
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
