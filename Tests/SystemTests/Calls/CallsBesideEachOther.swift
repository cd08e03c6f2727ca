/// Calls that several tests ask for, each its own, and that go on at the same time, because each of them takes as long as
/// people take to talk. They begin together when the first of them is asked for.
actor CallsBesideEachOther<Name: Hashable & Sendable & CaseIterable> {
    private let play: @Sendable (Name) async throws -> PlayedCall
    private var calls: [Name: Task<PlayedCall, any Error>] = [:]

    init(play: @escaping @Sendable (Name) async throws -> PlayedCall) {
        self.play = play
    }

    func begin() {
        guard calls.isEmpty else { return }
        for name in Name.allCases {
            // Owned by this actor and awaited by its test; ends by itself.
            calls[name] = Task { [play] in try await play(name) }
        }
    }

    func call(_ name: Name) async throws -> PlayedCall {
        begin()
        guard let call = calls[name] else { return try await play(name) }
        return try await call.value
    }
}
