import Domain
import Foundation
import Synchronization
import TrainingClient

/// Receives everything that arrives on a call's connections: records it and keeps the state that the caller decides by.
final class CallReceiver: Sendable {
    struct Heard: Sendable {
        /// The connection that last received `ready`.
        var readyOn = 0
        /// The last connection that has closed, and its close code.
        var closedOn = 0
        var closeCode: Int?
        var resumeWindowMs = 60_000
        /// Ids of the customer's utterances that were not interrupted; an interrupted one is no answer.
        var answers: Set<String> = []
        var hasEnded = false
        var hasScore = false
        /// When anything last arrived, in seconds since the run began.
        var lastAt = 0.0
        var speaker = HeadsetSpeaker()
    }

    private let journal: JournalWriter
    private let heard = Mutex(Heard())

    init(_ journal: JournalWriter) {
        self.journal = journal
    }

    var now: Heard { heard.withLock { $0 } }

    /// When playback of everything received ends, in seconds since the run began.
    var playsUntil: Double { heard.withLock { $0.speaker.endMs / 1_000 } }

    /// The position that a client reports as played.
    ///
    /// - Parameter isAll: report everything received, whether or not there was time to play it.
    func played(isAll: Bool) -> ClientMessage.Played? {
        let now = journal.clock.now * 1_000
        return heard.withLock { heard in
            if isAll {
                return heard.speaker.items(at: now).last.map {
                    .init(itemId: $0.id, offsetMs: $0.receivedMs + $0.missingMs)
                }
            }
            return heard.speaker.lastHeard(at: now).map { .init(itemId: $0.id, offsetMs: $0.heardMs + $0.missingMs) }
        }
    }

    /// Called on the connection's event loop.
    func take(_ arrival: TrainingCall.Arrival) {
        let at = journal.clock.seconds(arrival.at)
        let connection = arrival.connection
        switch arrival.content {
        case .audio(let item, let offsetMs, let bytes):
            journal.write(.audio(connection: connection, item: item ?? "", bytes: bytes), at: at)
            heard.withLock { heard in
                heard.lastAt = at
                heard.speaker.receive(bytes: bytes, of: item, offsetMs: offsetMs, at: at * 1_000)
            }
        case .closed(let code, _):
            journal.write(.closed(connection: connection, code: code), at: at)
            heard.withLock { heard in
                heard.closedOn = max(heard.closedOn, connection)
                heard.closeCode = code
            }
        case .message(let type, let seq, let message, let json):
            journal.write(
                .received(connection: connection, type: type, seq: seq, json: String(decoding: json, as: UTF8.self)),
                at: at)
            heard.withLock { heard in
                heard.lastAt = at
                switch message {
                case .ready(let ready):
                    heard.readyOn = connection
                    heard.resumeWindowMs = ready.resumeWindowMs
                    if ready.state == .ended { heard.hasEnded = true }
                case .transcript(let line) where line.speaker == .avatar && line.interrupted != true:
                    heard.answers.insert(line.utteranceId)
                case .audioClear: heard.speaker.clear(at: at * 1_000)
                case .sessionEnded: heard.hasEnded = true
                case .score: heard.hasScore = true
                default: break
                }
            }
        }
    }
}
