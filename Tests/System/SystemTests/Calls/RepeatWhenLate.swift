/// Calls run in real time, and their times are accurate to some hundred milliseconds. If the machine is so busy that
/// the headset or the server's answers are later than that, the call says nothing about the server and is repeated. The
/// decision does not depend on the outcome of the call, and the last attempt counts in any case.
enum RepeatWhenLate {
    static let toleratedLatenessMs = 400.0
    private static let mostCalls = 3

    /// A script that failed, and the lateness of the machine at that time.
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
