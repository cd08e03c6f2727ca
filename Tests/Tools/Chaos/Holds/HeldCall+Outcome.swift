import Domain
import Foundation

extension HeldCall {
    /// What became of one call.
    struct Outcome: Encodable, Sendable {
        struct Silence: Encodable, Hashable, Sendable {
            /// Seconds since 1970.
            var from: Double
            var seconds: Double
        }

        var call: String
        var session: SessionID?
        /// Where the server has sent the client, without the token.
        var address = ""
        /// How often the connection was lost.
        var losses = 0
        /// Without audio, from the first `ready` to the end of the session.
        var silences: [Silence] = []
        var hasEnded = false
        var hasScore = false
        /// Events that were never acknowledged.
        var unacknowledged = 0
        /// Why the caller stopped early.
        var problem: String?

        init(call: String) {
            self.call = call
        }

        var isGood: Bool { problem == nil && hasEnded && hasScore && unacknowledged == 0 }

        var line: String { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}" }

        /// - Parameter began: when the clock of the pulse was 0.
        mutating func count(_ pulse: CallPulse, from shortest: Double, began: Date) {
            losses = pulse.losses.count
            guard let talk = pulse.talk else { return }
            let moments = [talk.lowerBound] + pulse.audio.filter { talk.contains($0) } + [talk.upperBound]
            silences = zip(moments, moments.dropFirst()).filter { $1 - $0 >= shortest }.map {
                Silence(from: began.timeIntervalSince1970 + $0, seconds: $1 - $0)
            }
        }
    }
}
