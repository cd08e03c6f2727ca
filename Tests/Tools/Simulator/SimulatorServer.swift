import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Speech
import Synchronization
import WebSocket

/// OpenAI's routes as far as we use them, and a few of the simulator's own.
struct SimulatorServer: Sendable {
    private static let longestBody = 4 << 20

    let world: RealtimeSession.World
    private let numbers = Numbers()

    /// Counts sessions and completions, so that their ids are the same in every run with the same seed.
    private final class Numbers: Sendable {
        private let last = Mutex(0)
        func next() -> Int {
            last.withLock {
                $0 += 1; return $0
            }
        }
    }

    /// - Parameter say: takes lines for the log.
    init(
        options: SimulatorOptions, faults: [Fault] = [], log: EventLog? = nil,
        say: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        world = RealtimeSession.World(
            options: options, faults: FaultPlan(faults, seed: options.seed),
            speech: SpeechSynthesizer(tonesOnly: options.tonesOnly), hearing: Hearing(options, say: say),
            registry: SessionRegistry(), log: log)
    }

    /// - Parameter onReady: receives the port, which the kernel chooses if `port` is 0.
    func application(
        host: String, port: Int, logger: Logger, onReady: @escaping @Sendable (Int) async -> Void
    ) -> some ApplicationProtocol {
        Application(
            router: router(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [WebSocketUpgradeHandler(upgrade)], idleTimeout: .seconds(120))),
            configuration: .init(address: .hostname(host, port: port), serverName: "openai-simulator"),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? port) }, logger: logger)
    }

    // MARK: Realtime

    private enum Admission: Sendable {
        case session(Dialect, model: String, user: String?)
        case refused(APIError)
    }

    private var upgrade: WebSocketUpgrade<Admission> {
        WebSocketUpgrade(
            configuration: WebSocketConfiguration(
                maxMessageBytes: 32 << 20, pingInterval: .seconds(20)),
            handles: { $0.path?.split(separator: "?").first == "/v1/realtime" },
            authorize: { request, _ in try admit(request) },
            makeHandler: { admission, channel in
                switch admission {
                case .refused(let error): return RefusedConnection(error: error)
                case .session(let dialect, let model, let user):
                    return RealtimeConnection(
                        session: RealtimeSession(
                            channel: channel, dialect: dialect, model: model, user: user, number: numbers.next(),
                            world: world))
                }
            })
    }

    private func admit(_ request: HTTPRequest) throws -> WebSocketUpgrade<Admission>.Answer {
        if let fault = world.faults.fires(.refuseUpgrade) {
            throw refusal(.init(code: fault.status ?? 503), Self.error(of: fault))
        }
        if let error = unauthorized(request.headerFields[.authorization]) { throw refusal(.unauthorized, error) }
        let wantsBeta = request.headerFields[.openAIBeta]?.contains("realtime=v1") == true
        let dialect: Dialect
        switch world.options.dialects {
        case .both: dialect = wantsBeta ? .beta : .ga
        case .beta: dialect = .beta
        case .ga:
            dialect = .ga
            if wantsBeta {
                let error = APIError(
                    code: "beta_api_shape_disabled",
                    message: "The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.")
                return .accept(.refused(error), subprotocol: nil)
            }
        }
        let query = URLComponents(string: request.path ?? "")?.queryItems ?? []
        guard let model = query.first(where: { $0.name == "model" })?.value, !model.isEmpty else {
            return .accept(.refused(.missing("model")), subprotocol: nil)
        }
        guard RealtimeModel.isServed(model, dialect) else {
            let error = APIError(
                code: "model_not_found",
                message: "The model '\(model)' does not exist or you do not have access to it.",
                param: "model")
            return .accept(.refused(error), subprotocol: nil)
        }
        let user = request.headerFields[.safetyIdentifier]
        return .accept(.session(dialect, model: model, user: user), subprotocol: nil)
    }

    private func refusal(_ status: HTTPResponse.Status, _ error: APIError) -> WebSocketRefusal {
        WebSocketRefusal(status: status, headers: [.contentType: "application/json"], body: error.body.text)
    }

    private func unauthorized(_ header: String?) -> APIError? {
        guard let key = world.options.key, header != "Bearer \(key)" else { return nil }
        return header == nil
            ? APIError(code: "missing_api_key", message: "You didn't provide an API key.")
            : APIError(code: "invalid_api_key", message: "Incorrect API key provided.")
    }

    private static func error(of fault: Fault) -> APIError {
        switch fault.status ?? 500 {
        case 429:
            APIError(
                type: "requests", code: fault.code ?? "rate_limit_exceeded", message: "Rate limit reached for requests."
            )
        case 400..<500: APIError(code: fault.code ?? "invalid_request", message: "The request was refused.")
        default:
            APIError(
                type: "server_error", code: fault.code ?? "server_error",
                message: "The server had an error while processing your request.")
        }
    }

    // MARK: HTTP

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/healthz") { _, _ in
            answer(
                .ok,
                [
                    "simulator": true, "voice": .bool(world.speech.hasVoice), "hearing": .string(world.hearing.state),
                ])
        }
        router.get("/v1/realtime") { _, _ in
            answer(.upgradeRequired, APIError(code: "upgrade_required", message: "This is a WebSocket.").body)
        }
        router.get("/v1/models") { request, _ in
            if let error = unauthorized(request.headers[.authorization]) { return answer(.unauthorized, error.body) }
            return answer(.ok, Self.models)
        }
        router.post("/v1/chat/completions") { request, _ in try await complete(request) }
        router.get("/simulator/faults") { _, _ in try encoded(["faults": world.faults.faults]) }
        router.post("/simulator/faults") { request, _ in
            let body = try await request.body.collect(upTo: Self.longestBody)
            guard let plan = try? JSONDecoder().decode([String: [Fault]].self, from: Data(body.readableBytesView)),
                let faults = plan["faults"]
            else {
                return answer(
                    .badRequest, APIError(code: "invalid_faults", message: #"expected {"faults":[{"kind":"…"}]}"#).body)
            }
            world.faults.faults = faults
            return try encoded(["faults": faults])
        }
        router.get("/simulator/sessions") { _, _ in try encoded(["sessions": world.registry.all]) }
        return router
    }

    private func complete(_ request: Request) async throws -> Response {
        if let error = unauthorized(request.headers[.authorization]) { return answer(.unauthorized, error.body) }
        if let fault = world.faults.fires(.chatStatus) {
            return answer(.init(code: fault.status ?? 500), Self.error(of: fault).body)
        }
        if let fault = world.faults.fires(.chatStall) { try await Task.sleep(for: .seconds(fault.seconds ?? 60)) }
        let body = try await request.body.collect(upTo: Self.longestBody)
        guard JSONNesting.isWithin(128, body.readableBytesView),
            let json = try? JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView))
        else {
            return answer(
                .badRequest, APIError(code: "invalid_json", message: "We could not parse the JSON body.").body)
        }
        world.log?.write(String(buffer: body), session: "chat")
        do throws(APIError) {
            let chat = try ChatRequest(json)
            let fault = [Fault.Kind.chatBadJSON, .chatCut, .chatRefusal].first { world.faults.fires($0) != nil }
            let created = Int(Date().timeIntervalSince1970)
            return answer(.ok, ChatAnswer.body(of: chat, number: numbers.next(), created: created, fault: fault))
        } catch {
            return answer(error.code == "model_not_found" ? .notFound : .badRequest, error.body)
        }
    }

    private static let models: WireJSON = [
        "object": "list",
        "data": .array(
            (RealtimeModel.served + RealtimeModel.text).map { model in
                let ends: WireJSON =
                    model.hasPrefix("gpt-realtime-mini") || model.hasPrefix("gpt-realtime-2025")
                        || model == "gpt-realtime"
                    ? "2027-01-20" : model == "gpt-4.1" ? "2027-01-14" : nil
                return [
                    "id": .string(model), "object": "model", "created": 1_750_000_000, "owned_by": "simulator",
                    "shutdown_date": ends,
                ]
            }),
    ]

    private func answer(_ status: HTTPResponse.Status, _ json: WireJSON) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .requestID: "req_sim\(numbers.next())"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json.text)))
    }

    private func encoded(_ value: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
    }
}

extension HTTPField.Name {
    fileprivate static let openAIBeta = Self("OpenAI-Beta") ?? .userAgent
    fileprivate static let safetyIdentifier = Self("OpenAI-Safety-Identifier") ?? .userAgent
    fileprivate static let requestID = Self("x-request-id") ?? .server
}
