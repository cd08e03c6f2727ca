import Bootstrap

/// Where a process on the same machine reaches the gateway.
struct GatewayAddress: Equatable {
    var host: String
    var port: Int
    var isTLS: Bool
}

extension GatewayAddress {
    init(_ config: Settings) throws(SettingError) {
        let values = config.values(of: GatewaySettings.self)
        host =
            switch try values.host {
            case nil, "0.0.0.0": "127.0.0.1"
            case "::": "::1"
            case let host?: host
            }
        port = try values.port
        isTLS = try values.certificate != nil
    }
}
