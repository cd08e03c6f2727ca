import Domain
import Testing

struct EndTriggerTests {
    @Test(arguments: [
        ("end_conversation:walked_away", EndTrigger.endConversation(.walkedAway)), ("end_session", .endSession),
        ("supervisor:rejected", .supervisor(.rejected)), ("client_lost", .clientLost), ("time_limit", .timeLimit),
        ("idle", .idle), ("cost_limit", .costLimit), ("journal_full", .journalFull), ("relay_lost", .relayLost),
        ("upstream:insufficient_quota", .upstream(code: "insufficient_quota")), ("upstream:", .upstream(code: "")),
        ("upstream:a:b", .upstream(code: "a:b")), ("never_connected", .neverConnected),
        ("end_conversation:happy", .other("end_conversation:happy")), ("idle:x", .other("idle:x")),
        ("upstream", .other("upstream")), ("", .other("")),
    ])
    func `what is stated is read back as it was written`(text: String, trigger: EndTrigger) {
        #expect(EndTrigger(rawValue: text) == trigger)
        #expect(trigger.rawValue == text)
    }
}
