/// Calls that tests request by name. All start long before that, because each takes as long as people take to talk.
actor PlayedInAdvance<Name: Hashable & Sendable & CaseIterable> {
    enum Order: Sendable {
        /// Concurrently, but staggered by 400 ms.
        case together
        /// One after the other in each of several lanes, because a fault would affect all calls of a system. A lane begins
        /// when most of the calls that run together are over, so that the machine has room for it.
        case inTurn(lanes: Int = 1)
    }

    private let order: Order
    private let play: @Sendable (Name) async throws -> PlayedCall
    private var calls: [Name: Task<PlayedCall, any Error>] = [:]

    init(_ order: Order = .together, play: @escaping @Sendable (Name) async throws -> PlayedCall) {
        self.order = order
        self.play = { name in try await RepeatWhenLate.play { try await play(name) } }
    }

    func begin() {
        guard calls.isEmpty else { return }
        var before: [Int: Task<PlayedCall, any Error>] = [:]
        for (number, name) in Name.allCases.enumerated() {
            // Owned by this actor and awaited by its test; ends by itself.
            let lane = if case .inTurn(let lanes) = order { number % max(1, lanes) } else { 0 }
            let task = Task { [play, order, before = before[lane]] in
                switch order {
                case .together: try await Task.sleep(for: .milliseconds(number * 400))
                case .inTurn:
                    if before == nil { try await Task.sleep(for: .seconds(lane * 75)) }
                    _ = await before?.result
                }
                return try await play(name)
            }
            before[lane] = task
            calls[name] = task
        }
    }

    /// The call, once it is over.
    func call(_ name: Name) async throws -> PlayedCall {
        begin()
        guard let call = calls[name] else { return try await play(name) }
        return try await call.value
    }
}

/// All calls, started by the first test that needs one.
actor AllCalls {
    static let shared = AllCalls()

    private var beginning: Task<Void, Never>?

    func begin() async {
        // Owned by this actor and awaited by every caller; ends by itself.
        let task =
            beginning
            ?? Task {
                // The systems start one after the other, and no call starts before the last of them: starting forty
                // processes would delay it. A system that does not start fails the tests that need it.
                for system in SharedSystem.all { _ = try? await system.system() }
                await LongCalls.played.begin()
                await BrokenCalls.played.begin()
                await InterruptedCalls.played.begin()
                // Group after group, since thirty calls that begin together make each other late. It costs no time: the
                // calls that run in turn last longer.
                let pause = Duration.seconds(12)
                try? await Task.sleep(for: pause)
                await EndedCalls.played.begin()
                try? await Task.sleep(for: pause)
                await LostCalls.played.begin()
                try? await Task.sleep(for: pause)
                await TroubledCalls.played.begin()
                try? await Task.sleep(for: pause)
                await UnusualCalls.played.begin()
            }
        beginning = task
        await task.value
    }
}
