import Domain
import Foundation

/// Checks that need more than one session. Pure.
struct RunAudit: Sendable {
    /// A call and the session that it received.
    struct CallOutline: Hashable, Sendable {
        var name: String
        var session: SessionID?
    }

    /// Errors by which OpenAI reports that something arrived a moment too late; no client can avoid them.
    private static let benignErrors: Set<String> = [
        "response_cancel_not_active", "conversation_already_has_active_response", "item_truncate_invalid_audio_end_ms",
        "input_audio_buffer_commit_empty", "session_expired",
    ]
    /// How long a process may take from its restart until it is ready, in seconds.
    static let readyLimit = 30.0

    var calls: [CallOutline] = []
    /// Every session in the database.
    var stored: [SessionID] = []
    var upstream: [UpstreamSession] = []
    var exits: [ProcessExit] = []
    var faults: [FaultRecord] = []

    var flaws: [Flaw] { sessions + upstreamFlaws + processes }

    private var sessions: [Flaw] {
        var flaws: [Flaw] = []
        let callsOf = Dictionary(grouping: calls.filter { $0.session != nil }, by: \.session)
        for (session, calls) in callsOf where calls.count > 1 {
            flaws.append(
                Flaw(
                    .doubled, .sessionHasOneCall, session: session?.text, "given to calls \(calls.map(\.name).sorted())"
                ))
        }
        // A repeated creation whose first answer was lost must not create a second session.
        for session in stored where callsOf[session] == nil {
            flaws.append(Flaw(.doubled, .sessionHasACall, session: session.text, "no caller was ever given it"))
        }
        return flaws
    }

    private var upstreamFlaws: [Flaw] {
        upstream.flatMap { session in
            let errors = session.errorCodes.filter { !Self.benignErrors.contains($0) }
            var flaws: [Flaw] = []
            if !errors.isEmpty {
                flaws.append(
                    Flaw(
                        .unexpected, .upstreamTakesEverything,
                        "\(session.id) was refused \((errors + session.unreadable).joined(separator: "; "))",
                        seen: "simulator")
                )
            }
            let twice = session.createdItems.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
                .filter { $0.value > 1 }.keys.sorted()
            if !twice.isEmpty {
                flaws.append(
                    Flaw(.doubled, .upstreamItemIsMadeOnce, "\(session.id) got \(twice) twice", seen: "simulator"))
            }
            return flaws
        }
    }

    private var processes: [Flaw] {
        exits.filter { !$0.isWanted }.map { exit in
            Flaw(
                .unexpected, .processDiesOfFaultsOnly, "\(exit.process) ended with \(exit.code): \(exit.lastWords)",
                seen: String(format: "%.2f s", exit.at))
        }
            + faults.filter { !$0.isRecovered }.map { fault in
                Flaw(
                    .stuck, .processComesBack,
                    "not everything was ready again within \(Self.readyLimit) s of \(fault.kind.rawValue) \(fault.target): \(fault.note ?? "")",
                    seen: String(format: "%.2f s", fault.at))
            }
    }
}
