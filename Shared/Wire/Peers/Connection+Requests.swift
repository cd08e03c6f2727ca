extension Connection {
    /// Maximum number of requests of one connection in work, where the service has no limit of its own.
    public static let defaultConcurrency = 16

    /// Answers requests until the peer closes: at most `limit` at once, replies in the order in which they are done.
    /// While this many are in work no more is read. A message of an unknown type, from a newer peer, is not answered.
    ///
    /// - Throws: `WireError` `malformedPacket` for a packet that is no request, which ends the link.
    public func answer<Request: Decodable & Sendable, Reply: Encodable & Sendable>(
        _ type: Request.Type = Request.self, atMost limit: Int = Connection.defaultConcurrency,
        with reply: @escaping @Sendable (Request) async -> Reply
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var inWork = 0
            for try await packet in packets {
                let request: Request
                do {
                    request = try packet.decode()
                } catch is UnknownMessageType {
                    continue
                }
                if inWork >= limit {
                    try await group.next()
                    inWork -= 1
                }
                inWork += 1
                group.addTask {
                    let answer = await reply(request)
                    // A peer that closed meanwhile needs no answer.
                    try? self.send(answer)
                }
            }
            try await group.waitForAll()
        }
    }
}
