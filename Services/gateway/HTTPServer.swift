import Bootstrap
import Domain
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import WebSocket

/// HTTP and WebSocket on one port.
struct HTTPServer: Service {
    let host: String
    let port: Int
    let tls: TLSConfiguration?
    let eventLoops: any EventLoopGroup
    let responder: RouterResponder<GatewayContext>
    let admission: Admission
    let logger: Logger
    var onRunning: @Sendable (any Channel) async -> Void = { _ in }

    private static let idleTime = TimeAmount.seconds(60)

    func run() async throws {
        let app = Application(
            responder: responder, server: try builder,
            configuration: .init(address: .hostname(host, port: port), backlog: 1024),
            onServerRunning: onRunning, eventLoopGroupProvider: .shared(eventLoops), logger: logger)
        do {
            try await app.run()
        } catch let error as IOError {
            throw CannotListen(address: "\(host):\(port)", reason: String(cString: strerror(error.errnoCode)))
        }
    }

    struct CannotListen: Error, CustomStringConvertible {
        let address: String
        let reason: String
        var description: String { "cannot listen on \(address): \(reason)" }
    }

    private var builder: HTTPServerBuilder {
        get throws {
            let upgrade = admission.upgrade.leavingHTTPLimits
            let http = HTTPServerBuilder.http1(
                configuration: .init(
                    additionalChannelHandlers: [WebSocketUpgradeHandler(upgrade), ConnectionLimits()],
                    idleTimeout: Self.idleTime,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)))
            guard let tls else { return http }
            return try .tls(http, tlsConfiguration: tls)
        }
    }
}
