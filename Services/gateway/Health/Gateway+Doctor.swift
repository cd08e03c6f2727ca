import Bootstrap
import Domain
import Foundation
import Logging
import NIOCore
import NIOPosix
import Storage

extension Gateway {
    static func diagnoses(_ config: Settings, _ logger: Logger) async throws -> [Diagnosis] {
        let configuration = try GatewayConfiguration(config, keepsSecret: false)
        var found = [Diagnosis.folder("DATA_DIR", configuration.dataDirectory)]
        found += keys(configuration) + addresses(configuration)
        found += await port(try GatewayAddress(config), host: configuration.host)
        _ = try SharedSettings.personasDirectory.use {
            try PersonaCatalog(directory: configuration.personasDirectory).personas
        }
        do { _ = try PageRoutes(folders: configuration.pageFolders) } catch {
            found.append(
                .wrong(
                    "WEB_DIR", "the pages are not where they should be: \(error)",
                    do: "Copy the resources beside the binary."))
        }
        if let fault = tls(configuration) { found.append(fault) }
        return found + (await database(configuration, logger))
    }

    private static func keys(_ configuration: GatewayConfiguration) -> [Diagnosis] {
        if configuration.keys.isEmpty {
            return [
                .doubtful(
                    "API_KEYS", "there are none, so only this machine is served",
                    do: "Set them before headsets are to connect.")
            ]
        }
        guard !configuration.keys.weak.isEmpty else { return [.fine("API_KEYS", "long enough")] }
        return [
            .doubtful(
                "API_KEYS", "can be guessed: \(configuration.keys.weak.joined(separator: ", "))",
                do: "Take keys of 16 characters or more.")
        ]
    }

    private static func addresses(_ configuration: GatewayConfiguration) -> [Diagnosis] {
        guard let url = configuration.publicURL, url.scheme?.lowercased() == "http",
            !OriginPolicy.isLoopback(url.host()?.lowercased() ?? "")
        else { return [] }
        return [
            .doubtful(
                "PUBLIC_URL", "is http, and browsers give the microphone only to https pages",
                do: "Put TLS in front (deploy/nginx.conf.example), or set TLS_CERT and TLS_KEY.")
        ]
    }

    private static func tls(_ configuration: GatewayConfiguration) -> Diagnosis? {
        do throws(SettingError) {
            _ = try configuration.tls?.configuration()
            return nil
        } catch { return .wrong(error) }
    }

    /// Whether a gateway listens already, or one could.
    private static func port(_ address: GatewayAddress, host: String) async -> [Diagnosis] {
        if await AliveProbe(address).problem() == nil { return [.fine("PORT", "a gateway answers on \(address.port)")] }
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: address.port).get()
            try? await channel.close()
            return [.fine("PORT", "\(address.port) is free")]
        } catch {
            return [
                .wrong(
                    "PORT", "\(host):\(address.port) cannot be used: \(error)",
                    do: "End the program that has it, or set PORT and HOST.")
            ]
        }
    }

    private static func database(_ configuration: GatewayConfiguration, _ logger: Logger) async -> [Diagnosis] {
        do {
            let store = try MongoSessionStore(MongoConfiguration(uri: configuration.mongoURI), logger: logger)
            let asked = Date()
            let state: Result<DatabaseState, any Error>
            do { state = .success(try await store.state()) } catch { state = .failure(error) }
            await store.close()
            let database = try state.get()
            let clock = database.time.map {
                Diagnosis.clock($0, of: "the database", asked: asked, answered: Date())
            }
            guard database.takesWrites else {
                return [
                    .wrong(
                        "database", "answers, but takes no writes",
                        do: "Name all members of the replica set in MONGODB_URI.")
                ]
            }
            return [.fine("database", "answers")] + [clock].compactMap(\.self)
        } catch {
            return [
                .wrong(
                    "database", "\(error)",
                    do: "Start MongoDB, or correct the address and the password in MONGODB_URI.")
            ]
        }
    }
}
