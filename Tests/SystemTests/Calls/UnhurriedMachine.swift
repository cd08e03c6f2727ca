/// Calls are real time, and what is said of them is true to some hundred milliseconds. On a machine that is so busy with
/// other things that a headset or the server's answers come late by more, a call says nothing about the server: it is played
/// again. Whether it is does not depend on what the call has shown; and after the last time it counts, whatever it is.
enum UnhurriedMachine {
    static let toleratedLatenessMs = 400.0
    private static let mostCalls = 3

    /// A script that could not go on, and how late the machine was then.
    struct GaveUp: Error, CustomStringConvertible {
        var latenessMs: Double
        var reason: any Error

        var description: String { "\(reason); the machine was late by \(Int(latenessMs)) ms at most" }
    }

    static func play(_ call: @Sendable () async throws -> PlayedCall) async throws -> PlayedCall {
        for _ in 1..<mostCalls {
            do {
                let played = try await call()
                if played.evidence.latenessMs <= toleratedLatenessMs { return played }
            } catch let error as GaveUp where error.latenessMs > toleratedLatenessMs {}
        }
        return try await call()
    }
}
