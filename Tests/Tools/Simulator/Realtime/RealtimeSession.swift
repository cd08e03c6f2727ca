import Domain
import Foundation
import NIOCore
import SeededRandom
import Speech
import WebSocket

/// One Realtime session as OpenAI would run it. Isolated to its channel's event loop, so events are handled in order
/// and without a hop.
actor RealtimeSession {
    /// Shared by all sessions of a simulator.
    struct World: Sendable {
        var options: SimulatorOptions
        var faults: FaultPlan
        var speech: SpeechSynthesizer
        var hearing: Hearing
        var registry: SessionRegistry
        var log: EventLog?
    }

    nonisolated let id: String
    nonisolated let channel: any Channel
    nonisolated let unownedExecutor: UnownedSerialExecutor
    let world: World
    let conversationID: String
    let expiresAt: Int

    var settings: SessionSettings
    var conversation = Conversation()
    var audio = InputAudio()
    var vad: VoiceActivity?
    /// The item that the current speech will become, and where its audio begins.
    var speech: (item: String, startMs: Int)?
    var committedMs = 0
    var runs: [String: ResponseRun] = [:]
    /// The active response of the default conversation.
    var activeRun: String?
    /// A turn that ended during a response that it must not interrupt.
    var waitingTurn: Trigger?
    var heard: [String: Task<Heard?, Never>] = [:]
    /// Invented text for speech without a tag, by item.
    var madeUp: [String: String] = [:]
    var hasSpoken = false
    var customer: Customer
    var random: SplitMix64
    var isMuted = false
    var idleTurn = 0
    var meter = TokenMeter()
    /// The connection must break in the middle of the next answer.
    var dropsNextAnswer = false
    /// Messages that arrived before `session.created` was sent; nil once it was.
    private var early: [WebSocketMessage]?
    private var wasConfigured = false
    private var nextID = 0
    /// Background tasks; cancelled when the channel closes.
    private var tasks: [Int: Task<Void, Never>] = [:]

    init(
        channel: any Channel, dialect: Dialect, model: String, user: String?, number: Int, world: World
    ) {
        self.channel = channel
        self.world = world
        unownedExecutor = channel.eventLoop.executor.asUnownedSerialExecutor()
        let name = String(number, radix: 36)
        id = "sess_sim\(name)"
        conversationID = "conv_sim\(name)"
        let seed = world.options.seed &+ UInt64(number)
        random = SplitMix64(seed: seed)
        customer = Customer(
            seed: seed, longest: world.options.turns, outOfRole: world.options.outOfRole,
            convertsIn: world.options.convertsIn)
        settings = SessionSettings(dialect: dialect, model: model)
        vad = settings.turnDetection.map { VoiceActivity(settings: $0) }
        expiresAt = Int(Date().timeIntervalSince1970) + world.options.sessionSeconds
        world.registry.open(.init(id: id, dialect: dialect.rawValue, model: model, user: user))
    }

    // MARK: Life

    func begin() {
        guard let fault = world.faults.fires(.slowConnect) else { return greet() }
        early = []
        start { session in
            try await Task.sleep(for: .seconds(fault.seconds ?? 3))
            await session.greet()
        }
    }

    private func greet() {
        send("session.created", ["session": settings.json(id: id, expiresAt: expiresAt)])
        if settings.dialect == .beta {
            send(
                "conversation.created",
                ["conversation": ["id": .string(conversationID), "object": "realtime.conversation"]])
        }
        let limit = world.faults.fires(.sessionLimit).map { $0.seconds ?? 10 } ?? Double(world.options.sessionSeconds)
        start { session in
            try await Task.sleep(for: .seconds(limit))
            await session.expire()
        }
        let held = early ?? []
        early = nil
        for message in held { receive(message) }
    }

    /// Called when the channel has closed.
    func end() {
        isMuted = true
        for task in tasks.values { task.cancel() }
        tasks = [:]
        world.registry.update(id) { $0.isOpen = false }
        world.log?.close(session: id)
    }

    private func expire() {
        let text = "Your session hit the maximum duration of 60 minutes."
        send(APIError(code: "session_expired", message: text, param: nil), eventID: nil)
        close(.goingAway, text)
    }

    // MARK: Events

    func receive(_ message: WebSocketMessage) {
        if early != nil {
            early?.append(message)
            return
        }
        switch message {
        case .text(let buffer): receive(String(buffer: buffer))
        case .binary:
            send(APIError(code: "invalid_event", message: "Only text frames are accepted.", param: nil), eventID: nil)
        case .close: break
        }
    }

    private func receive(_ text: String) {
        world.log?.write(text, session: id)
        guard JSONNesting.isWithin(64, text.utf8),
            let event = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)), case .object = event
        else {
            return send(
                APIError(code: "invalid_json", message: "The event is not a JSON object.", param: nil), eventID: nil)
        }
        let eventID = event["event_id"]?.string
        let type = event["type"]?.string
        world.registry.update(id) { report in
            report.events += 1
            if report.firstEvent == nil { report.firstEvent = type }
        }
        do throws(APIError) {
            guard let type else { throw .missing("type") }
            guard let fields = EventShapes.fields(of: type, settings.dialect) else {
                throw .invalidValue("type", type, supported: EventShapes.types)
            }
            try Shape.object([.required("type", .string()), .optional("event_id", .string(longest: 512))] + fields)
                .check(event, "")
            try perform(type, event)
        } catch {
            send(error, eventID: eventID)
        }
    }

    private func perform(_ type: String, _ event: JSONValue) throws(APIError) {
        switch type {
        case "session.update": try updateSession(event["session"] ?? .null)
        case "input_audio_buffer.append": try append(event["audio"]?.string ?? "")
        case "input_audio_buffer.commit": try commitByHand()
        case "input_audio_buffer.clear": clearInput()
        case "conversation.item.create":
            try createItem(event["item"] ?? .null, after: event["previous_item_id"]?.string)
        case "conversation.item.delete": try deleteItem(event["item_id"]?.string ?? "")
        case "conversation.item.retrieve": try retrieveItem(event["item_id"]?.string ?? "")
        case "conversation.item.truncate":
            try truncateItem(
                event["item_id"]?.string ?? "", event["content_index"]?.int ?? 0, event["audio_end_ms"]?.int ?? 0)
        case "response.create": try createResponse(event["response"] ?? [:])
        default: try cancelResponse(event["response_id"]?.string)
        }
    }

    private func updateSession(_ update: JSONValue) throws(APIError) {
        if let fault = world.faults.fires(.refuseUpdate) {
            throw APIError(type: "server_error", code: fault.code ?? "server_error", message: "The update was refused.")
        }
        let before = settings.turnDetection
        settings = try settings.updated(update, hasSpoken: hasSpoken)
        if settings.turnDetection != before {
            vad = settings.turnDetection.map { VoiceActivity(settings: $0, positionMs: audio.endMs) }
            speech = nil
        }
        send("session.updated", ["session": settings.json(id: id, expiresAt: expiresAt)])
        guard !wasConfigured else { return }
        wasConfigured = true
        if let fault = world.faults.fires(.dropIdle) { drop(after: .seconds(fault.seconds ?? 5)) }
    }

    // MARK: Sending

    func send(_ type: String, _ members: WireJSON = .object([])) {
        sendRaw((["type": .string(type), "event_id": .string(makeID("event"))] + members).text)
    }

    func send(_ error: APIError, eventID: String?) {
        world.registry.update(id) { $0.refused(error.code) }
        send("error", ["error": error.json(eventID: eventID)])
    }

    func sendRaw(_ text: String) {
        guard !isMuted else { return }
        channel.writeAndFlush(WebSocketMessage.text(ByteBuffer(string: text)), promise: nil)
    }

    func close(_ code: WebSocketCloseCode, _ reason: String) {
        guard !isMuted else { return }
        channel.writeAndFlush(WebSocketMessage.close(code, reason: reason), promise: nil)
    }

    /// Closes without a close frame, like a broken network.
    func drop() {
        isMuted = true
        channel.close(promise: nil)
    }

    func drop(after delay: Duration) {
        start { session in
            try await Task.sleep(for: delay)
            await session.drop()
        }
    }

    func makeID(_ kind: String) -> String {
        nextID += 1
        return "\(kind)_\(id.dropFirst(8))_\(nextID)"
    }

    /// Runs a background task until it is done or the channel closes.
    func start(_ body: @escaping @Sendable (RealtimeSession) async throws -> Void) {
        nextID += 1
        let number = nextID
        // `end` cancels it.
        tasks[number] = Task { [weak self] in
            if let self { try? await body(self) }
            await self?.finished(number)
        }
    }

    private func finished(_ number: Int) {
        tasks[number] = nil
    }
}
