import HTTPTypes

/// What a client asks for with its WebSocket handshake.
struct Handshake: Equatable {
    static let subprotocol = "bat.v1"

    /// The part of the path that should be a session id.
    var session: String
    /// From the query, the `Authorization` field or the subprotocols.
    var token: String?
    /// A browser cannot see a refused handshake: it wants to be let in and told.
    var wantsClose = false
    var binaryAudio = false
    /// It follows `moved`.
    var followsMoved = false
    /// Another cell has passed it on.
    var isPassedOn = false
    /// The subprotocol that we select: ours, if the client offers it.
    var selected: String?
    /// It offers versions of our protocol, but none that we speak.
    var isOtherVersion = false

    /// Nil when the request is for another path.
    init?(_ request: HTTPRequest) {
        guard let target = request.path, let session = Self.session(in: target) else { return nil }
        self.session = session
        let offered = request.headerFields[values: .secWebSocketProtocol]
            .flatMap { $0.split(separator: ",") }.map { $0.trimming(" ") }
        selected = offered.contains(Self.subprotocol[...]) ? Self.subprotocol : nil
        isOtherVersion = selected == nil && offered.contains { $0.hasPrefix("bat.") }
        token = offered.first { $0.hasPrefix("bearer.") }.map { String($0.dropFirst(7)) }
        if let field = request.headerFields[.authorization], field.lowercased().hasPrefix("bearer ") {
            token = String(field.dropFirst(7).trimming(" "))
        }
        for pair in target.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            switch pair {
            case "reject=close": wantsClose = true
            case "audio=binary": binaryAudio = true
            case "moved=1": followsMoved = true
            case CellPassing.mark[...]: isPassedOn = true
            // base64url needs no percent-encoding.
            case _ where pair.hasPrefix("token="): token = token ?? String(pair.dropFirst(6))
            default: break
            }
        }
    }

    /// The last part of `/ws/sessions/<…>`, also under the path of a cell, `/c/<cell>`.
    static func session(in target: String) -> String? {
        var parts = target.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)[...]
        if parts.count == 6, parts[1] == "c" { parts = [""] + parts.dropFirst(3) }
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "ws", parts[2] == "sessions" else { return nil }
        return String(parts[3])
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var text = drop { $0 == character }
        while text.last == character { text.removeLast() }
        return text
    }
}
