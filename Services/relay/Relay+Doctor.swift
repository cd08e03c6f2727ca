import Bootstrap
import Conversation
import Logging
import NIOCore
import NIOPosix
import WebSocket

extension Relay {
    static func diagnoses(_ config: Settings, _ logger: Logger) async throws -> [Diagnosis] {
        let configuration = try RelayConfiguration(config)
        var found = [Diagnosis.folder("JOURNAL_DIR", configuration.journalDirectory)]
        if let folder = configuration.soundDirectory { found.append(.folder("DATA_DIR", folder)) }
        return found + [await upstream(configuration)]
    }

    /// Begins a connection as for a call, and ends it: that costs nothing.
    private static func upstream(_ configuration: RelayConfiguration) async -> Diagnosis {
        let group = MultiThreadedEventLoopGroup.singleton
        let client = RealtimeClient(
            configuration.realtime, client: WebSocketClient(group: group, rules: configuration.outgoing))
        let model = configuration.realtime.model
        do {
            try await client.connect(safetyIdentifier: "doctor", on: group.next()) { channel in
                channel.eventLoop.scheduleTask(in: .milliseconds(1)) { channel.close(promise: nil) }
                return Silence()
            }
            return .fine("REALTIME_MODEL", "\(model); the voice service takes the connection and the key")
        } catch {
            let detail = client.detail(of: error)
            switch RealtimeClient.failure(of: error) {
            case .fatal(let code) where code.contains("tls"):
                return .wrong("upstream", detail, do: "Name the company's authorities in CA_FILE.")
            case .fatal(let code) where code.contains("proxy"):
                return .wrong("upstream", detail, do: "Correct HTTPS_PROXY.")
            case .fatal:
                return .wrong(
                    "upstream", "the voice service refuses \(model): \(detail)",
                    do: "Look at OPENAI_API_KEY and REALTIME_MODEL.")
            default:
                return .wrong(
                    "upstream", "the voice service cannot be reached: \(detail)",
                    do: "Look at OPENAI_BASE_URL or REALTIME_URL, and at HTTPS_PROXY.")
            }
        }
    }

    /// Reads what comes until the connection ends.
    private final class Silence: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage
    }
}
